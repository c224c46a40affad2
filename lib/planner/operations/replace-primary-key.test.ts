import { describe, expect, it } from 'vitest';
import type { OperationOf } from '@/lib/core/operation';
import { outlineOf, phaseOf, planOf } from '@/test/plan-of';
import { sampleCatalog, sampleColumn, sampleIndex, sampleTable } from '@/test/sample-catalog';

const replace: OperationOf<'replace_primary_key'> = {
  kind: 'replace_primary_key',
  table: { schema: 'public', name: 'users' },
  columns: ['ext'],
};
const users = (notNull: boolean) =>
  sampleTable([sampleColumn('ext', { type: 'uuid', notNull })], {
    indexes: [sampleIndex('users_pkey', ['id'], { unique: true, primary: true, constraint: 'users_pkey' })],
  });

describe('replace_primary_key', () => {
  it('builds both indexes before, and changes the key in one transaction that reads no row', () => {
    const plan = planOf(replace, sampleCatalog(users(true)));
    expect(outlineOf(plan)).toEqual([
      'dual_write: index.segue_key_9f86d081_1, index.users_id_key',
      'switch: restore.segue_key_9f86d081_1, restore.users_id_key, swap',
    ]);
    expect(phaseOf(plan, 'switch').steps[2]?.sql).toEqual([
      'ALTER TABLE "public"."users" DROP CONSTRAINT "users_pkey", ADD CONSTRAINT "users_pkey" PRIMARY KEY USING INDEX "segue_key_9f86d081_1"',
    ]);
    expect(phaseOf(plan, 'switch').steps[2]?.undo[0]).toContain('USING INDEX "users_id_key"');
    expect(plan).toMatchObject({ newCodeFrom: 0, oldCodeUntil: 2 });
  });

  it('refuses a column that may be NULL, with the way out', () => {
    expect(() => planOf(replace, sampleCatalog(users(false)))).toThrow(/may be NULL/);
  });
});
