import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CheckWork } from '@/lib/core/plan';
import { requireRollout } from '@/lib/engine/rollouts';
import { openSyncBench, type SyncBench } from '@/test/lifecycle/sync-bench';
import { recentPass, syncProof } from './recent-pass';
import { countRows } from './row-checks';
import type { CheckScope } from './run-check';

type Mismatches = Extract<CheckWork, { kind: 'mismatches' }>;

describe('a recent comparison of all rows', () => {
  let bench: SyncBench;
  let scope: CheckScope;
  let work: Mismatches;

  beforeEach(async () => {
    bench = await openSyncBench();
    await bench.owner`CREATE TABLE items (id int PRIMARY KEY, name text)`;
    await bench.owner`INSERT INTO items SELECT g, 'n' || g FROM generate_series(1, 100) g`;
    const id = await bench.begin([{ rename_column: { table: 'items', from: 'name', to: 'full_name' } }], 2);
    const { plan } = await requireRollout(bench.target, { id });
    const found = plan.phases[2]?.entryChecks
      .map((check) => check.work)
      .find((each) => each.kind === 'mismatches');
    if (found?.kind !== 'mismatches') throw new Error('the plan compares no rows before Switch');
    work = found;
    scope = {
      target: bench.target,
      rolloutId: id,
      transition: 'bench',
      waivesRetention: false,
      checkpoint: async () => undefined,
    };
  });
  afterEach(() => bench.close());

  const recent = async () => {
    const proof = await syncProof(scope, work);
    return proof === null ? null : recentPass(scope, proof);
  };

  it('holds while the sync stands, for ten minutes', async () => {
    expect(work.mayBeRecent).toBe(true);
    expect(await recent()).toMatchObject({
      outcome: 'pass',
      summary: expect.stringContaining('the sync has stood unchanged since'),
    });
    await bench.owner`UPDATE segue.checks SET at = at - interval '11 minutes'`;
    expect(await recent()).toBeNull();
  });

  it('is what a click rests on, whatever the size of the table', async () => {
    expect((await countRows(scope, work)).summary).toMatch(/^0 rows disagreed \d+ s ago/);
    expect((await countRows(scope, { ...work, mayBeRecent: undefined })).summary).toBe('0 rows disagree.');
    await bench.owner`UPDATE segue.checks SET at = at - interval '11 minutes'`;
    expect((await countRows(scope, work)).summary).toBe('0 rows disagree.');
  });

  it('does not outlive a moment in which the sync was off', async () => {
    const [trigger] = work.sync ?? [];
    await bench.owner.unsafe(`ALTER TABLE items DISABLE TRIGGER "${trigger}"`);
    await bench.owner`UPDATE items SET name = 'past the sync' WHERE id = 1`;
    await bench.owner.unsafe(`ALTER TABLE items ENABLE ALWAYS TRIGGER "${trigger}"`);
    expect(await recent()).toBeNull();
  });

  it('is nothing where a trigger is missing, or where the comparison found a difference', async () => {
    await bench.owner`UPDATE segue.checks SET outcome = 'fail'`;
    expect(await recent()).toBeNull();
    await bench.owner.unsafe(`DROP TRIGGER "${work.sync?.[0]}" ON items`);
    expect(await syncProof(scope, work)).toBeNull();
  });
});
