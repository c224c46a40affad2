import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import type { Actor } from '@/lib/core/available-actions';
import { addDatabase } from '@/lib/services/add-database';
import { actorOfName } from '@/lib/services/introduce';
import { openServiceContext, type ServiceContext } from '@/lib/services/service-context';
import { loadEncryptionKey } from '@/lib/store/encryption-key';
import { migrateControlDatabase } from '@/lib/store/migrate';
import { createTestDatabase, type TestDatabase } from './postgres/test-database';

export interface ServiceHarness {
  readonly controlUrl: string;
  readonly keyText: string;
  readonly context: ServiceContext;
  /** The target that the services work on, with `customers`. */
  readonly target: TestDatabase;
  /** The target's owner. */
  readonly sql: postgres.Sql;
  actor(name: string): Promise<Actor>;
  /** Makes the target known to Segue, as a production database over this URL, or its owner's; gives its id. */
  knowTarget(actor: Actor, url?: string): Promise<string>;
  /** Another process's context on the same control database. */
  secondContext(): Promise<ServiceContext>;
  close(): Promise<void>;
}

export interface HarnessOptions {
  /** @default 100 */
  readonly rows?: number;
  /** Superuser's URL of the target's server. */
  readonly targetServerUrl?: string;
}

/** A control database, a target with `rows` customers, and a context over both. */
export async function openServiceHarness(options: HarnessOptions = {}): Promise<ServiceHarness> {
  const keyText = randomBytes(32).toString('hex');
  const [control, target] = await Promise.all([
    createTestDatabase({ appRoles: 0 }),
    createTestDatabase({
      appRoles: 0,
      serverUrl: options.targetServerUrl,
      setup: `create table customers (id bigint primary key generated always as identity, name text not null, email text);
        insert into customers (name, email) select 'Name ' || n, 'c' || n || '@example.com' from generate_series(1, ${options.rows ?? 100}) n;
        analyze customers`,
    }),
  ]);
  const controlUrl = control.owner.url;
  await migrateControlDatabase(controlUrl);
  const contexts: ServiceContext[] = [];
  const open = async (): Promise<ServiceContext> => {
    const context = await openServiceContext({ controlUrl, key: loadEncryptionKey('', keyText) });
    contexts.push(context);
    return context;
  };
  const context = await open();
  const sql = postgres(target.owner.url, { max: 2, onnotice: () => undefined });
  return {
    controlUrl,
    keyText,
    context,
    target,
    sql,
    actor: (name) => actorOfName(context, name, 'web'),
    knowTarget: async (actor, url = target.owner.url) => {
      const input = { name: 'Shop', environment: 'production', url, tls: 'disable' } as const;
      return (await addDatabase(context, actor, input)).id;
    },
    secondContext: open,
    async close() {
      await Promise.all(contexts.map((each) => each.close()));
      await sql.end({ timeout: 5 });
      await Promise.all([control.drop(), target.drop()]);
    },
  };
}
