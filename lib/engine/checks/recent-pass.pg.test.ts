import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CheckWork } from '@/lib/core/plan';
import { requireRollout } from '@/lib/engine/rollouts';
import { openSyncBench, type SyncBench } from '@/test/lifecycle/sync-bench';
import { keepFresh } from './keep-fresh';
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
    // The clock was put back since: nobody can say how old it is.
    await bench.owner`UPDATE segue.checks SET at = at + interval '1 hour'`;
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

  describe('is read again while the rollout rests', () => {
    const keep = async () =>
      keepFresh(bench.target, await requireRollout(bench.target, { id: scope.rolloutId }));
    const age = (minutes: number) =>
      bench.owner`UPDATE segue.checks SET at = clock_timestamp() - ${minutes} * interval '1 minute'`;

    it('when it is about to be too old, so that a click need not', async () => {
      await age(2);
      expect(await keep()).toBe(0);
      await age(9);
      expect(await keep()).toBe(1);
      expect((await countRows(scope, work)).summary).toMatch(/^0 rows disagreed \d+ s ago/);
      expect(await keep()).toBe(0);
    });

    it('and what is found to disagree is said at once', async () => {
      // A trigger that ran after the sync, and is gone again.
      await bench.owner.unsafe(`
        CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.full_name := 'other'; RETURN NEW; END $$;
        CREATE TRIGGER "~~~spoil" BEFORE UPDATE ON items FOR EACH ROW EXECUTE FUNCTION spoil();
        UPDATE items SET name = 'changed' WHERE id = 7;
        DROP TRIGGER "~~~spoil" ON items; DROP FUNCTION spoil();`);
      expect((await countRows(scope, work)).outcome).toBe('pass');
      await age(9);
      expect(await keep()).toBe(1);
      expect(
        await bench.owner`SELECT summary, evidence->0->>'id' AS id FROM segue.checks WHERE outcome = 'fail'`,
      ).toEqual([{ summary: '1 row disagrees.', id: '7' }]);
      expect(await recent()).toBeNull();
    });

    it('not when the sync has changed, nor when it rests for long', async () => {
      await age(9);
      await bench.owner`UPDATE segue.moves SET ended_at = ended_at - interval '5 hours'`;
      expect(await keep()).toBe(0);
      await bench.owner`UPDATE segue.moves SET ended_at = clock_timestamp()`;
      await bench.owner.unsafe(
        `ALTER TABLE items DISABLE TRIGGER "${work.sync?.[0]}"; ALTER TABLE items ENABLE ALWAYS TRIGGER "${work.sync?.[0]}"`,
      );
      expect(await keep()).toBe(0);
    });

    it('and gives way to who moves it meanwhile', async () => {
      await age(9);
      const fact = await requireRollout(bench.target, { id: scope.rolloutId });
      await bench.owner`UPDATE segue.rollouts SET version = version + 1`;
      await keepFresh(bench.target, fact);
      expect(
        await bench.owner`SELECT 1 FROM segue.checks WHERE at > clock_timestamp() - interval '8 minutes'`,
      ).toEqual([]);
    });
  });

  it('is nothing where a trigger is missing, or where the comparison found a difference', async () => {
    await bench.owner`UPDATE segue.checks SET outcome = 'fail'`;
    expect(await recent()).toBeNull();
    await bench.owner.unsafe(`DROP TRIGGER "${work.sync?.[0]}" ON items`);
    expect(await syncProof(scope, work)).toBeNull();
  });
});
