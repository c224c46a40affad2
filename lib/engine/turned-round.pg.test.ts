import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TransitionFile } from '@/lib/core/operation';
import type { Direction } from '@/lib/core/rollout';
import { dumpCatalog, segueLeftovers } from '@/test/lifecycle/catalog-dump';
import { ACTOR, finish, mustMove } from '@/test/lifecycle/move';
import { openSyncBench, type SyncBench } from '@/test/lifecycle/sync-bench';
import { requestMove, requestPause, requireRollout } from './rollouts';

const FULL = process.env.SEGUE_TEST_FULL === '1';

interface Case {
  readonly name: string;
  /** Left to the full run. */
  readonly inFullRun?: true;
  readonly setup: string;
  readonly operations: TransitionFile['operations'];
  /** How many phases are done before. */
  readonly from: number;
  readonly direction: Direction;
  /** The end of the id of the step after which, or as soon as which began, the person turns round. */
  readonly at: `${'step_done' | 'step_started' | 'check'} ${string}`;
}

const ITEMS = `CREATE TABLE items (id bigint PRIMARY KEY, name text NOT NULL CONSTRAINT items_name_key UNIQUE, price int NOT NULL, ext uuid NOT NULL);
  INSERT INTO items SELECT g, 'n' || g, g, md5(g::text)::uuid FROM generate_series(1, 50) g;
  CREATE TABLE lines (item_id bigint CONSTRAINT lines_item_fk REFERENCES items); INSERT INTO lines SELECT id FROM items;`;
const FAMILY = `CREATE TABLE items (id int PRIMARY KEY); INSERT INTO items SELECT generate_series(1, 50);
  CREATE TABLE lines (item_id int PRIMARY KEY CONSTRAINT lines_item_fk REFERENCES items); INSERT INTO lines SELECT id FROM items;`;
const MONTHS = `CREATE TABLE events (id int, at date NOT NULL, name text, PRIMARY KEY (id, at), CONSTRAINT events_name_key UNIQUE (name, at)) PARTITION BY RANGE (at);
  CREATE TABLE january PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
  CREATE TABLE february (LIKE events INCLUDING ALL);
  INSERT INTO january SELECT g, '2026-01-05', 'n' || g FROM generate_series(1, 50) g;`;
const ATTACH: TransitionFile['operations'] = [
  {
    attach_partition: {
      table: 'events',
      partition: 'february',
      values: "FOR VALUES FROM ('2026-02-01') TO ('2026-03-01')",
    },
  },
];
const DETACH: TransitionFile['operations'] = [
  { detach_partition: { table: 'events', partition: 'january' } },
];

const CENTS = {
  change_type: { table: 'items', column: 'price', to: 'amount', type: 'numeric(10,2)', onFailure: '0' },
} as const;

const CASES: readonly Case[] = [
  {
    name: 'a swap of names that has not been reached: its columns are not there to be looked at',
    setup: FAMILY,
    operations: [{ change_type: { table: 'lines', column: 'item_id', type: 'bigint' } }],
    from: 2,
    direction: 'forward',
    at: 'check ',
  },
  {
    name: 'a conversion whose functions are not there yet, behind another operation that has its sync',
    setup: ITEMS,
    operations: [{ rename_column: { table: 'items', from: 'name', to: 'title' } }, CENTS],
    from: 1,
    direction: 'forward',
    at: 'step_done 1.dual_write.sync',
  },
  {
    name: 'a table that had its foreign key dropped, and was not renamed away yet',
    setup: ITEMS,
    operations: [{ drop_table: { table: 'lines' } }],
    from: 1,
    direction: 'forward',
    at: 'step_done contract.foreign_key.lines_item_fk',
  },
  {
    name: 'an index that was built again for a dropped constraint is taken away again',
    inFullRun: true,
    setup: ITEMS,
    operations: [{ drop_constraint: { table: 'items', constraint: 'items_name_key' } }],
    from: 1,
    direction: 'back',
    at: 'step_done index_back',
  },
  {
    name: 'a dropped constraint comes back, though the step that builds its index had not been reached',
    setup: ITEMS,
    operations: [{ drop_constraint: { table: 'items', constraint: 'items_name_key' } }],
    from: 0,
    direction: 'forward',
    at: 'step_done drop_constraint',
  },
  {
    name: 'a retired column with its NOT NULL likewise',
    setup: ITEMS,
    operations: [CENTS],
    from: 3,
    direction: 'forward',
    at: 'step_done contract.retire',
  },
  {
    name: 'an index that went with its constraint is built again',
    setup: ITEMS,
    operations: [{ add_unique: { table: 'items', columns: ['ext'] } }],
    from: 1,
    direction: 'back',
    at: 'step_done unique.items_ext_key',
  },
  {
    name: 'a cloned index likewise',
    inFullRun: true,
    setup: ITEMS,
    operations: [{ rename_column: { table: 'items', from: 'name', to: 'title' } }],
    from: 2,
    direction: 'back',
    at: 'step_done unique.items_title_key',
  },
  {
    name: 'the partitions’ indexes that went with the one above',
    setup: MONTHS,
    operations: [{ rename_column: { table: 'events', from: 'name', to: 'title' } }],
    from: 2,
    direction: 'back',
    at: 'step_done attach.events_title_key',
  },
  {
    name: 'the indexes of a replaced primary key are built again, with the foreign keys that stand ready',
    inFullRun: true,
    setup: ITEMS,
    operations: [{ replace_primary_key: { table: 'items', columns: ['ext'] } }],
    from: 2,
    direction: 'back',
    at: 'step_done switch.swap',
  },
  {
    name: 'those foreign keys rest upon the index that stays, whatever was built in between',
    inFullRun: true,
    setup: ITEMS,
    operations: [{ replace_primary_key: { table: 'items', columns: ['ext'] } }],
    from: 2,
    direction: 'back',
    at: 'step_done switch.restore.younger_key',
  },
  {
    name: 'those of a widened key, with the foreign keys that rest upon them',
    inFullRun: true,
    setup: FAMILY,
    operations: [{ change_type: { table: 'items', column: 'id', type: 'bigint' } }],
    from: 3,
    direction: 'back',
    at: 'step_done switch.swap',
  },
  {
    name: 'a proof for the way back binds nobody once it is turned round',
    setup: ITEMS,
    operations: [CENTS],
    from: 4,
    direction: 'back',
    at: 'step_done ask_back',
  },
  {
    name: 'a DETACH that had not begun leaves nothing to attach',
    setup: MONTHS,
    operations: DETACH,
    from: 1,
    direction: 'forward',
    at: 'step_started contract.detach',
  },
  {
    name: 'a DETACH on the way back, likewise',
    inFullRun: true,
    setup: MONTHS,
    operations: ATTACH,
    from: 2,
    direction: 'back',
    at: 'step_started switch.attach',
  },
];

/** Records that a step outside a transaction has begun: what a worker leaves that is killed right then. */
const BEGUN = (direction: Direction, end: string) => `
  INSERT INTO segue.steps (rollout_id, step_id, phase, direction, attempt, state, epoch)
  SELECT r.id, s ->> 'id', r.moving_phase, '${direction}', 1 + (SELECT count(*) FROM segue.steps d WHERE d.step_id = s ->> 'id' AND d.direction = '${direction}'), 'started', l.epoch
  FROM segue.rollouts r JOIN segue.leases l ON l.rollout_id = r.id, jsonb_path_query(r.plan, '$.phases[*].steps[*]') s WHERE s ->> 'id' LIKE '%${end}'`;

describe('a move that is turned round in the middle', () => {
  let bench: SyncBench;
  beforeEach(async () => {
    bench = await openSyncBench();
  });
  afterEach(() => bench.close());

  it.each(CASES.filter((each) => FULL || each.inFullRun !== true))(
    '$name',
    async ({ setup, operations, from, direction, at }) => {
      const { target, superuser } = bench;
      await bench.owner.unsafe(setup);
      const id = await bench.begin(operations, from);
      const look = async () => [...(await dumpCatalog(superuser)), ...(await segueLeftovers(superuser))];
      const here = await look();
      const goal = await mustMove(target, id, direction, { acknowledged: ['*'] });
      const there = await look();
      const opposite = direction === 'forward' ? 'back' : 'forward';
      await mustMove(target, id, opposite, { acknowledged: ['*'] });
      expect(await look()).toEqual(here);

      const ask = async (way: Direction) => {
        const { version } = await requireRollout(target, { id });
        const request = { rolloutId: id, expectedVersion: version, actor: ACTOR };
        await requestMove(target, { ...request, direction: way, acknowledged: ['*'], waivesRetention: true });
      };
      const [type = '', end = ''] = at.split(' ');
      let turned = false;
      await ask(direction);
      const stopped = await finish(target, {
        rolloutId: id,
        owner: 'test',
        onEvent: async (event) => {
          if (turned || event.type !== type || !String(event.stepId ?? '').endsWith(end)) return;
          turned = true;
          if (type === 'step_started') await superuser.unsafe(BEGUN(direction, end));
          if (direction === 'forward') return ask('back');
          const { version } = await requireRollout(target, { id });
          await requestPause(target, { rolloutId: id, expectedVersion: version, actor: ACTOR });
        },
      });
      expect(turned).toBe(true);
      // Where nothing was left to undo the way back is done, and the next one goes all the way forward.
      expect(stopped.kind).toMatch(direction === 'back' ? /^(paused|completed)$/ : /^completed$/);
      if (direction === 'back') {
        await ask('forward');
        expect(await finish(target, { rolloutId: id, owner: 'test' })).toMatchObject({
          kind: 'completed',
          position: from,
        });
      }
      expect((await requireRollout(target, { id })).position).toBe(from);
      expect(await look()).toEqual(here);
      expect(await mustMove(target, id, direction, { acknowledged: ['*'] })).toBe(goal);
      expect(await look()).toEqual(there);
    },
  );

  it('in the moment in which it fails: the click is the later word', async () => {
    const { target, owner } = bench;
    await owner.unsafe(ITEMS);
    const id = await bench.begin([{ rename_column: { table: 'items', from: 'name', to: 'title' } }], 1);
    const ask = async (direction: Direction) => {
      const { version } = await requireRollout(target, { id });
      await requestMove(target, { rolloutId: id, direction, expectedVersion: version, actor: ACTOR });
    };
    let turned = false;
    await ask('forward');
    const outcome = await finish(target, {
      rolloutId: id,
      owner: 'test',
      onEvent: async ({ type, stepId, check }) => {
        if (type === 'step_started' && String(stepId).endsWith('analyze')) {
          const [sync] = await owner`SELECT tgname FROM pg_trigger WHERE tgname LIKE 'zzz_segue%upd'`;
          await owner`ALTER TABLE items DISABLE TRIGGER ${owner(String(sync?.tgname))}`;
          await owner`UPDATE items SET name = 'past the sync' WHERE id = 1`;
        }
        if (turned || type !== 'check' || Object(check).outcome !== 'fail') return;
        turned = true;
        await ask('back');
      },
    });
    expect(turned).toBe(true);
    expect(outcome).toEqual({ kind: 'completed', position: 1 });
  });
});
