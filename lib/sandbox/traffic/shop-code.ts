import type { ClientBase } from 'pg';
import type { CodeVersion } from '@/lib/views/sandbox-view';
import { CUSTOMERS, PRODUCTS } from '../demo-schema';

/** The column of `customers` that holds the person's name, as each version of the shop knows it. */
export const NAME_COLUMNS = { old: 'name', new: 'full_name' } as const satisfies Record<CodeVersion, string>;

const GUESTS = 400;
const OWN_ROWS = 200;
const FAMILY = ['Weber', 'Okafor', 'Tanaka', 'Silva', 'Novak', 'Rossi', 'Larsen', 'Patel'];

type Request = (client: ClientBase) => Promise<void>;

/** A version of the demo shop: what it does for one request, chosen at random. A wrong answer throws like an error. */
export interface ShopCode {
  nextRequest(): Request;
}

/** The shop's code for a version. Each client prepares the statements once, by name, as an application's pool does. */
export function shopCode(version: CodeVersion): ShopCode {
  const column = NAME_COLUMNS[version];
  const statement = (name: string, text: string) => ({ name: `${version}_${name}`, text });
  const sql = {
    read: statement('read', `select email, ${column} as name from customers where id = $1`),
    search: statement(
      'search',
      `select id, ${column} as name from customers where ${column} >= $1 order by ${column} limit 10`,
    ),
    update: statement(
      'update',
      `update customers set ${column} = $2, updated_at = now() where id = $1 returning ${column} as name`,
    ),
    insert: statement(
      'insert',
      `insert into customers (email, ${column}, country_code) values ($1, $2, 'SE') returning ${column} as name`,
    ),
    remove: statement('remove', 'delete from customers where email = $1'),
    upsert: statement(
      'upsert',
      `insert into customers (email, ${column}, country_code) values ($1, $2, 'DE')
       on conflict (email) do update set ${column} = excluded.${column}, updated_at = now() returning ${column} as name`,
    ),
    upsertMany: statement(
      'upsert_many',
      `insert into customers (email, ${column}, country_code) values ($1, $4, 'FR'), ($2, $4, 'FR'), ($3, $4, 'FR')
       on conflict (email) do update set ${column} = excluded.${column}, updated_at = now() returning ${column} as name`,
    ),
    order: statement(
      'order',
      'insert into orders (customer_id, product_id, quantity) values ($1, $2, 1) returning id',
    ),
    stock: statement('stock', 'update products set stock = stock - 1 where id = $1'),
    cancel: statement('cancel', 'delete from orders where id = $1'),
  };
  const own: string[] = [];
  const orders: string[] = [];
  let serial = 0;

  const run = async (
    client: ClientBase,
    query: { readonly name: string; readonly text: string },
    values: readonly unknown[],
  ): Promise<readonly { readonly name: unknown }[]> =>
    (await client.query<{ name: unknown }>({ ...query, values: [...values] })).rows;

  const expectName = (rows: readonly { readonly name: unknown }[], wanted: string): void => {
    for (const row of rows) {
      if (row.name !== wanted)
        throw new Error(`wrote ${column} = '${wanted}', read back ${JSON.stringify(row.name)}`);
    }
  };

  const read: Request = async (client) => {
    const id = anyOf(CUSTOMERS);
    const [row] = await run(client, sql.read, [id]);
    if (row === undefined) throw new Error(`customer ${id} is gone`);
    if (typeof row.name !== 'string' || row.name === '') throw new Error(`customer ${id} has no ${column}`);
  };
  const search: Request = async (client) => {
    await run(client, sql.search, [`${String.fromCharCode(65 + anyOf(25))}`]);
  };
  const update: Request = async (client) => {
    const name = newName();
    const rows = await run(client, sql.update, [anyOf(CUSTOMERS), name]);
    if (rows.length !== 1) throw new Error('an update found no customer');
    expectName(rows, name);
  };
  const signUp: Request = async (client) => {
    const oldest = own.length >= OWN_ROWS ? own.shift() : undefined;
    if (oldest !== undefined) {
      await run(client, sql.remove, [oldest]);
      return;
    }
    serial += 1;
    const email = `${version}.${process.pid}.${Date.now()}.${serial}@signup.example`;
    const name = newName();
    expectName(await run(client, sql.insert, [email, name]), name);
    own.push(email);
  };
  const upsert: Request = async (client) => {
    const name = newName();
    expectName(await run(client, sql.upsert, [guest(anyOf(GUESTS)), name]), name);
  };
  const upsertMany: Request = async (client) => {
    const name = newName();
    // In key order, as careful code does: two versions that touch the same rows do not wait for each other in a ring.
    const start = anyOf(GUESTS - 2);
    const emails = [guest(start), guest(start + 1), guest(start + 2)];
    expectName(await run(client, sql.upsertMany, [...emails, name]), name);
  };
  const order: Request = async (client) => {
    await client.query('begin');
    try {
      await run(client, sql.read, [anyOf(CUSTOMERS)]);
      const product = anyOf(PRODUCTS);
      const placed = await client.query<{ id: string }>({
        ...sql.order,
        values: [anyOf(CUSTOMERS), product],
      });
      await run(client, sql.stock, [product]);
      const oldest = orders.length >= OWN_ROWS ? orders.shift() : undefined;
      if (oldest !== undefined) await run(client, sql.cancel, [oldest]);
      await client.query('commit');
      const id = placed.rows[0]?.id;
      if (id !== undefined) orders.push(id);
    } catch (error) {
      await client.query('rollback');
      throw error;
    }
  };

  /** What a hundred requests are made of. */
  const mix: readonly (readonly [number, Request])[] = [
    [40, read],
    [8, search],
    [20, update],
    [10, signUp],
    [10, upsert],
    [5, upsertMany],
    [7, order],
  ];
  return {
    nextRequest() {
      let left = Math.random() * 100;
      for (const [share, request] of mix) {
        left -= share;
        if (left < 0) return request;
      }
      return read;
    },
  };
}

/** A number from 1 to `limit`. */
function anyOf(limit: number): number {
  return 1 + Math.floor(Math.random() * limit);
}

function guest(number: number): string {
  return `guest-${String(number).padStart(4, '0')}@example.com`;
}

function newName(): string {
  return `Guest ${anyOf(999_999)} ${FAMILY[anyOf(FAMILY.length) - 1] ?? ''}`;
}
