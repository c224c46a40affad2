import type postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Direction } from '@/lib/core/rollout';
import { type Earlier, openEarlier } from '@/test/fixtures/open-earlier';
import { segueLeftovers } from '@/test/lifecycle/catalog-dump';
import { finish, mustMove } from '@/test/lifecycle/move';
import { driftOf } from './binding';
import { examineTarget } from './examine/examine-target';
import { readProgress } from './read-progress';
import { requireRollout } from './rollouts';
import { SEGUE_SCHEMA_VERSION, segueSchemaVersion } from './segue-schema';
import type { Target } from './target';

/** What an earlier commit of Segue began, this one finishes and takes back. See test/fixtures/README.md. */

describe('rollouts that commit 404608c began', () => {
  let earlier: Earlier;
  let superuser: postgres.Sql;
  let target: Target;

  beforeAll(async () => {
    // That commit's triggers could not be restored from a dump: PostgreSQL prints their condition without its casts.
    earlier = await openEarlier('404608c', (dump) =>
      dump.replaceAll(/^CREATE TRIGGER .*$/gm, (line) =>
        line.replaceAll(/ROW\(([a-z]+\.\w+)\)/g, 'ROW($1)::record'),
      ),
    );
    ({ superuser, target } = earlier);
  });
  afterAll(() => earlier.close());

  const go = async (name: string, direction: Direction, to: number) => {
    for (;;) {
      const { id, position } = await requireRollout(target, { name });
      if (position === to) break;
      await mustMove(target, id, direction, { acknowledged: ['*'] });
      expect(await driftOf(target, id), `${name} at ${to}`).toEqual([]);
    }
  };
  const columns = async (table: string) => {
    const rows = await superuser<{ name: string }[]>`
      SELECT attname AS name FROM pg_attribute WHERE attrelid = ${table}::regclass AND attnum > 0 AND NOT attisdropped ORDER BY 1`;
    return rows.map((row) => row.name);
  };
  const wrongRows = async (table: string, condition: string) => {
    const [row] = await superuser.unsafe(
      `SELECT count(*)::int AS rows, count(*) FILTER (WHERE NOT (${condition}))::int AS wrong FROM ${table}`,
    );
    return row;
  };

  it('are read as they are: nothing has drifted, and looking changes nothing', async () => {
    const before = await segueSchemaVersion(target.sql);
    const { rollouts, findings } = await examineTarget(target);
    expect(rollouts.map(({ name, position, state }) => [name, position, state])).toEqual([
      ['at_sync', 2, 'ready'],
      ['half_way', 1, 'running'],
      ['retired', 4, 'retired'],
    ]);
    expect(findings.filter(({ rule }) => rule === 'drift')).toEqual([]);
    expect(await segueSchemaVersion(target.sql)).toBe(before);
  });

  it('a backfill goes on from its cursor, and the transition goes to its end', async () => {
    const changed = async () => {
      const { id } = await requireRollout(target, { name: 'half_way' });
      const { backfills } = await readProgress(target, id);
      return backfills.map((backfill) => backfill.rowsChanged);
    };
    expect(await changed()).toEqual([20]);
    const { id } = await requireRollout(target, { name: 'half_way' });
    expect(await finish(target, { rolloutId: id, owner: 'later' })).toMatchObject({
      kind: 'completed',
      position: 2,
    });
    // Two columns of 60 rows: none was counted twice.
    expect(await changed()).toEqual([60, 60]);
    await go('half_way', 'forward', 5);
    expect(await columns('half_way')).toEqual(['full_name', 'id', 'price_decimal']);
    expect(await wrongRows('half_way', "full_name = 'name ' || id AND price_decimal = id / 100.0")).toEqual({
      rows: 60,
      wrong: 0,
    });
  });

  it('Sync and Retire are taken back, and both go forward again', async () => {
    for (const name of ['at_sync', 'retired']) {
      await go(name, 'back', 0);
      expect(await columns(name)).toEqual(['id', 'name', 'price']);
      expect(await wrongRows(name, "name = 'name ' || id AND price = id")).toEqual({ rows: 60, wrong: 0 });
      await go(name, 'forward', 5);
      expect(await columns(name)).toEqual(['full_name', 'id', 'price_decimal']);
    }
    expect(await segueLeftovers(superuser)).toEqual([]);
  });

  it('schema segue was added to, and says so', async () => {
    expect(await segueSchemaVersion(target.sql)).toBe(SEGUE_SCHEMA_VERSION);
    const [row] = await superuser`SELECT count(*)::int AS moves FROM segue.moves WHERE actor = 'Earlier'`;
    expect(row?.moves).toBe(8);
  });
});
