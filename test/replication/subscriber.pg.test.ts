import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type TransitionFile, toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import { planTransition } from '@/lib/engine/plan-transition';
import { acceptDrift, fixPlan } from '@/lib/engine/rollouts';
import { segueSchemaScript } from '@/lib/engine/segue-schema';
import { openTarget, type Target } from '@/lib/engine/target';
import type { RunningServer } from '@/lib/postgres/server';
import { discardServer, startTemporaryServer } from '@/lib/postgres/temporary-server';
import { ACTOR, move, mustMove } from '../lifecycle/move';
import { ONE_MAJOR } from '../postgres/test-majors';
import { PUBLISHER_CONFIG, SUBSCRIBER_CONFIG, type Subscription, subscribe } from './subscription';

const ITEMS = `CREATE TABLE items (id int PRIMARY KEY, name text, note text);
  INSERT INTO items SELECT g, 'name ' || g FROM generate_series(1, 50) g`;
const RENAME: TransitionFile['operations'] = [
  { rename_column: { table: 'items', from: 'name', to: 'full_name' } },
];
/** `npm test` takes some. */
const inFullRun = process.env.SEGUE_TEST_FULL === '1' ? it : () => undefined;
const COLUMNS = { acknowledged: ['preflight.publications'] };

describe('logical replication to a second server', () => {
  let publisher: RunningServer;
  let subscriber: RunningServer;
  let pair: Subscription | null = null;
  let target: Target | null = null;

  beforeAll(async () => {
    [publisher, subscriber] = await Promise.all([
      startTemporaryServer(ONE_MAJOR, PUBLISHER_CONFIG),
      startTemporaryServer(ONE_MAJOR, SUBSCRIBER_CONFIG),
    ]);
  });
  afterEach(async () => {
    await target?.close(0);
    await pair?.close();
    pair = null;
  });
  afterAll(() => Promise.all([discardServer(publisher), discardServer(subscriber)]));

  const connect = async (publication: string, setup = ITEMS): Promise<Subscription> => {
    pair = await subscribe({ publisher, subscriber }, setup, publication);
    return pair;
  };
  const planIn = async (url: string, operations = RENAME) => {
    target = openTarget({ url });
    const spec = transitionFileSchema.parse({ name: 'replicated', operations });
    return { target, plan: await planTransition(target, toTransitionSpec(spec)) };
  };
  const begin = async (url: string, operations = RENAME) => {
    const { target: opened, plan } = await planIn(url, operations);
    const { id } = await fixPlan(opened, { plan, managedBy: null });
    const retired = plan.phases.flatMap(({ steps }) =>
      steps.flatMap((step) => step.retires?.retiredName ?? []),
    )[0];
    return { target: opened, id, retired: retired ?? '' };
  };

  it('a subscriber without the column stops Add until a person accepts; with it every row arrives, from Add to Delete', async () => {
    const { app, to, publisher: database, applied, failures } = await connect('FOR TABLE items');
    const { target, id, retired } = await begin(database.owner.url);
    expect(await move(target, id, 'forward')).toMatchObject({
      kind: 'failed',
      error: {
        code: 'check_inconclusive',
        message: expect.stringContaining('everything publishes every column of public.items'),
      },
    });
    await to`ALTER TABLE items ADD COLUMN full_name text`;
    await mustMove(target, id, 'forward', COLUMNS);
    await app.query("INSERT INTO items (id, name) VALUES (101, 'at Add')");
    await mustMove(target, id, 'forward');
    await app.query("INSERT INTO items (id, name) VALUES (102, 'old at Sync')");
    await app.query("INSERT INTO items (id, full_name) VALUES (103, 'new at Sync')");
    await mustMove(target, id, 'forward');
    await app.query("UPDATE items SET full_name = 'at Switch' WHERE id = 1");
    await applied();
    expect(await to`SELECT count(*)::int AS n FROM items WHERE name = full_name`).toEqual([{ n: 53 }]);
    expect(await failures()).toBe(0);

    // From Retire on the old column is sent under another name.
    const asked = await move(target, id, 'forward');
    expect(asked).toMatchObject({ kind: 'failed', error: { message: expect.stringContaining(retired) } });
    await mustMove(target, id, 'forward', COLUMNS);
    await app.query("UPDATE items SET full_name = 'at Retire' WHERE id = 2");
    await expect.poll(failures).toBeGreaterThan(0);
    await to.unsafe(`ALTER TABLE items ADD COLUMN "${retired}" text`);
    await applied();
    expect(await to`SELECT full_name FROM items WHERE id = 2`).toEqual([{ full_name: 'at Retire' }]);
    await mustMove(target, id, 'forward');
    await app.query("UPDATE items SET full_name = 'at the end' WHERE id = 3");
    await app.query('DELETE FROM items WHERE id = 4');
    await applied();
    expect(await to`SELECT id, full_name FROM items WHERE id IN (3, 4)`).toEqual([
      { id: 3, full_name: 'at the end' },
    ]);
  });

  it('a publication of all tables takes Segue’s own along: nothing is made before a person accepts, and the printed SQL keeps the subscriber going', async () => {
    const { app, from, to, publisher: database, applied, failures } = await connect('FOR ALL TABLES');
    const { target, plan } = await planIn(database.owner.url);
    await expect(fixPlan(target, { plan, managedBy: null })).rejects.toMatchObject({
      code: 'check_inconclusive',
      object: 'preflight.publications',
      message: expect.stringContaining('publishes all tables'),
    });
    expect(await from`SELECT 1 FROM pg_namespace WHERE nspname = 'segue'`).toEqual([]);
    await to.unsafe(segueSchemaScript());
    await to`ALTER TABLE items ADD COLUMN full_name text`;
    const { id } = await fixPlan(target, { plan, managedBy: null, ...COLUMNS });
    for (let phase = 1; phase <= 3; phase += 1) await mustMove(target, id, 'forward', COLUMNS);
    await app.query("INSERT INTO items (id, full_name) VALUES (101, 'by new')");
    for (let phase = 3; phase >= 1; phase -= 1) await mustMove(target, id, 'back', COLUMNS);
    await app.query("INSERT INTO items (id, name) VALUES (102, 'by old')");
    await applied();
    expect(await to`SELECT id, name FROM items WHERE id > 100 ORDER BY id`).toEqual([
      { id: 101, name: 'by new' },
      { id: 102, name: 'by old' },
    ]);
    expect(await failures()).toBe(0);
    expect(await to`SELECT 1 FROM segue.rollouts`).toEqual([]);
  });

  inFullRun(
    'where the table is a subscriber’s own, rows that come in are kept the same on both sides',
    async () => {
      const { app, to, subscriber: database, applied, failures } = await connect('FOR TABLE items');
      await to.unsafe("INSERT INTO items SELECT g, 'name ' || g FROM generate_series(201, 210) g");
      const { target, id } = await begin(database.owner.url);
      const both = (where: string) =>
        to.unsafe(`SELECT name, full_name FROM items WHERE ${where} ORDER BY id`);
      await mustMove(target, id, 'forward');
      await mustMove(target, id, 'forward');
      await app.query("INSERT INTO items (id, name) VALUES (101, 'inserted'), (102, 'bulk')");
      await app.query("UPDATE items SET name = 'updated' WHERE id = 1");
      await app.query('DELETE FROM items WHERE id = 2');
      await applied();
      expect(await both('id IN (1, 2, 101, 102)')).toEqual([
        { name: 'updated', full_name: 'updated' },
        { name: 'inserted', full_name: 'inserted' },
        { name: 'bulk', full_name: 'bulk' },
      ]);
      await mustMove(target, id, 'forward');
      await app.query("UPDATE items SET name = 'after Switch' WHERE id = 1");
      await applied();
      expect(await both('id = 1')).toEqual([{ name: 'after Switch', full_name: 'after Switch' }]);
      // The publisher sends the old name for as long as it has it.
      expect(await move(target, id, 'forward')).toMatchObject({
        kind: 'failed',
        error: {
          code: 'check_inconclusive',
          message: expect.stringMatching(/comes in by "name": let the publisher/),
        },
      });
      for (const position of [2, 1, 0]) expect(await mustMove(target, id, 'back')).toBe(position);
      await app.query("UPDATE items SET name = 'at the end' WHERE id = 1");
      await applied();
      expect(await to`SELECT name FROM items WHERE id = 1`).toEqual([{ name: 'at the end' }]);
      expect(await failures()).toBe(0);
    },
  );

  it('an index that is the replica identity stays: what would take its column or itself is refused, with the way out', async () => {
    const { from, publisher: database } = await connect(
      'FOR TABLE items',
      `CREATE TABLE items (id int PRIMARY KEY, name text NOT NULL, note text, CONSTRAINT items_name_key UNIQUE (name)); CREATE UNIQUE INDEX items_id_name ON items (name, id);
        ALTER TABLE items REPLICA IDENTITY USING INDEX items_name_key`,
    );
    const identity = { code: 'unsupported', message: expect.stringContaining('replica identity') };
    const refused: TransitionFile['operations'][] = [
      RENAME,
      [
        {
          change_type: {
            table: 'items',
            column: 'name',
            to: 'full_name',
            type: 'varchar(100)',
            onFailure: 'reject',
          },
        },
      ],
      [{ drop_constraint: { table: 'items', constraint: 'items_name_key' } }],
    ];
    for (const operations of refused)
      await expect(planIn(database.owner.url, operations)).rejects.toMatchObject(identity);
    await expect(
      planIn(database.owner.url, [{ drop_column: { table: 'items', column: 'name' } }]),
    ).rejects.toMatchObject(identity);
    await from`ALTER TABLE items REPLICA IDENTITY USING INDEX items_id_name`;
    const index: TransitionFile['operations'] = [{ drop_index: { table: 'items', index: 'items_id_name' } }];
    await expect(planIn(database.owner.url, index)).rejects.toMatchObject({
      ...identity,
      next: expect.stringContaining('ALTER TABLE "public"."items" REPLICA IDENTITY DEFAULT'),
    });
    await from`ALTER TABLE items REPLICA IDENTITY DEFAULT`;
    for (const operations of [...refused, index]) await planIn(database.owner.url, operations);
  });

  inFullRun('REPLICA IDENTITY FULL: updates and deletes arrive at every position', async () => {
    const {
      app,
      to,
      publisher: database,
      applied,
      failures,
    } = await connect('FOR TABLE items', `${ITEMS}; ALTER TABLE items REPLICA IDENTITY FULL`);
    const { target, id, retired } = await begin(database.owner.url);
    await to.unsafe(`ALTER TABLE items ADD COLUMN full_name text, ADD COLUMN "${retired}" text`);
    for (let position = 0; position <= 3; position += 1) {
      await app.query(`UPDATE items SET note = 'at ${position}' WHERE id <= 40`);
      await app.query(`DELETE FROM items WHERE id = ${50 - position}`);
      if (position < 3) await mustMove(target, id, 'forward', COLUMNS);
    }
    await applied();
    expect(await failures()).toBe(0);
    expect(await to`SELECT note, count(*)::int AS n FROM items GROUP BY 1 ORDER BY 1`).toEqual([
      { note: 'at 3', n: 40 },
      { note: null, n: 6 },
    ]);
  });

  // Both are new in PostgreSQL 15 (its release notes, "Logical Replication").
  (ONE_MAJOR < 15 ? () => undefined : inFullRun)(
    'lists of columns and row filters: new columns stay out, and what they name cannot go',
    async () => {
      const {
        app,
        from,
        to,
        publisher: database,
        applied,
        failures,
      } = await connect('FOR TABLE items (id, note)');
      const { target, id } = await begin(database.owner.url);
      for (let phase = 1; phase <= 3; phase += 1) await mustMove(target, id, 'forward');
      await app.query("INSERT INTO items (id, full_name, note) VALUES (101, 'new', 'listed')");
      await applied();
      expect(await to`SELECT name, note FROM items WHERE id = 101`).toEqual([{ name: null, note: 'listed' }]);
      // One that came later and names the column that is about to be renamed away.
      await from`CREATE PUBLICATION later FOR TABLE items (id, name)`;
      expect(await move(target, id, 'forward', { acknowledged: ['*'] })).toMatchObject({
        kind: 'failed',
        error: { code: 'check_failed', message: expect.stringContaining('later names "name"') },
      });
      await from`DROP PUBLICATION later`;
      await mustMove(target, id, 'forward');
      await mustMove(target, id, 'forward');
      await app.query("UPDATE items SET note = 'still listed' WHERE id = 101");
      await applied();
      expect(await to`SELECT note FROM items WHERE id = 101`).toEqual([{ note: 'still listed' }]);
      expect(await failures()).toBe(0);

      await from`CREATE TABLE others (id int PRIMARY KEY, name text NOT NULL)`;
      await from.unsafe(`ALTER TABLE others OWNER TO "${database.owner.name}"`);
      const others: TransitionFile['operations'] = [
        { rename_column: { table: 'others', from: 'name', to: 'full_name' } },
      ];
      for (const publication of ['others (id, name)', "others WHERE (name <> 'hidden')"]) {
        await from.unsafe(`CREATE PUBLICATION named FOR TABLE ${publication} WITH (publish = 'insert')`);
        await expect(planIn(database.owner.url, others)).rejects.toMatchObject({
          code: 'unsupported',
          message: expect.stringContaining('The publication "named" uses "public.others.name"'),
        });
        await from`DROP PUBLICATION named`;
      }
    },
  );

  inFullRun(
    'rows that could not be updated for want of a replica identity are told before the copying',
    async () => {
      const { from, publisher: database } = await connect("FOR TABLE items WITH (publish = 'insert')");
      const { target, id } = await begin(database.owner.url);
      await mustMove(target, id, 'forward', COLUMNS);
      await from`ALTER TABLE items REPLICA IDENTITY NOTHING`;
      await acceptDrift(target, { rolloutId: id, actor: ACTOR });
      await from`ALTER PUBLICATION everything SET (publish = 'insert, update')`;
      expect(await move(target, id, 'forward', { acknowledged: ['*'] })).toMatchObject({
        kind: 'failed',
        error: { code: 'check_failed', message: expect.stringContaining('has no replica identity') },
      });
      await from`ALTER TABLE items REPLICA IDENTITY DEFAULT`;
      await acceptDrift(target, { rolloutId: id, actor: ACTOR });
      await mustMove(target, id, 'forward');
    },
  );
});
