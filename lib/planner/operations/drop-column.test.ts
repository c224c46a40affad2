import { describe, expect, it } from 'vitest';
import { bareForeignKey } from '@/lib/planner/bare-catalog';
import { operationOn, outlineOf, phaseOf, planOf } from '@/test/plan-of';
import { sampleCatalog, sampleColumn, sampleTable } from '@/test/sample-catalog';
import type { TableInfo } from '../catalog';

const groups = { schema: 'public', name: 'groups' };
const key = {
  ...bareForeignKey('users_group_fk', ['group_id'], groups, ['id']),
  onDelete: 'RESTRICT',
};
const users = (changes: Partial<TableInfo> = {}) =>
  sampleTable([sampleColumn('group_id', { type: 'integer' })], { foreignKeys: [key], ...changes });
const drop = operationOn.drop('group_id');

describe('drop_column under a foreign key', () => {
  it('drops the key in Retire, and adds and proves it before the column comes back', () => {
    const plan = planOf(drop, sampleCatalog(users()));
    expect(outlineOf(plan)).toEqual([
      'switch: –',
      'contract: retire, prove_back.users_group_fk, drop.users_group_fk',
      'purge: drop',
    ]);
    const [, prove, dropped] = phaseOf(plan, 'contract').steps;
    expect(prove).toMatchObject({ sql: [], undo: [expect.stringContaining('VALIDATE CONSTRAINT')] });
    expect(dropped?.undo[0]).toContain('FOREIGN KEY ("segue_retired_9f86d081_group_id")');
    expect(dropped?.undo[0]).toContain('NOT VALID');
    expect(plan.findings.map(({ rule }) => rule)).toEqual(['foreign-key-goes-at-retire']);
    expect(phaseOf(plan, 'contract').rollbackChecks[0]?.work).toMatchObject({ kind: 'violations' });
  });

  it('proves nothing on the way back that was not proven, and keeps a key that it could not add again', () => {
    const unproven = planOf(drop, sampleCatalog(users({ foreignKeys: [{ ...key, validated: false }] })));
    expect(outlineOf(unproven)[1]).toBe('contract: retire, drop.users_group_fk');
    const foreign = planOf(drop, sampleCatalog(users({ foreignKeys: [{ ...key, mayReference: false }] })));
    expect(outlineOf(foreign).slice(1)).toEqual([
      'contract: retire',
      'purge: foreign_key.users_group_fk, drop',
    ]);
    expect(foreign.findings.map(({ rule }) => rule)).toEqual(['foreign-key-stays']);
  });

  it('of a partitioned table before PostgreSQL 18: what the way back proves counts as begun with the drop', () => {
    const leaf = {
      schema: 'public',
      name: 'users_1',
      parent: { schema: 'public', name: 'users' },
      leaf: true,
    };
    const partitioned = users({
      kind: 'partitioned table',
      partitions: [{ ...leaf, indexes: [], columns: [], rules: [], bound: 'FOR VALUES FROM (1) TO (9)' }],
    });
    const plan = planOf(drop, { ...sampleCatalog(partitioned), serverVersionNum: 170_000 });
    const [, whole, prove, part] = phaseOf(plan, 'contract').steps;
    expect([whole?.id, prove?.id, part?.id]).toEqual([
      '1.contract.drop.users_group_fk',
      '1.contract.prove_back.users_group_fk.users_1',
      '1.contract.drop.users_group_fk.users_1',
    ]);
    expect(whole?.begins).toEqual([prove?.id]);
    expect(whole?.alsoUndoes).toBeUndefined();
  });
});
