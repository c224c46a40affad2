import { describe, expect, it } from 'vitest';
import type { OperationOf } from '@/lib/core/operation';
import { bareForeignKey } from '@/lib/planner/bare-catalog';
import type { Catalog, PartitionInfo } from '@/lib/planner/catalog';
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

/** `public.orders` references the key. */
function referenced(
  { referencedColumns = ['id'] }: { readonly referencedColumns?: readonly string[] },
  partitions: readonly PartitionInfo[] = [],
): Catalog {
  const references = { schema: 'public', name: 'users' };
  const orders = {
    ...sampleTable([sampleColumn('user_id', { type: 'bigint' })]),
    name: 'orders',
    partitions,
    foreignKeys: [bareForeignKey('orders_user_fk', ['user_id'], references, referencedColumns)],
  };
  const inbound = {
    name: 'orders_user_fk',
    table: { schema: 'public', name: 'orders' },
    columns: referencedColumns,
  };
  return sampleCatalog({ ...users(true), inboundForeignKeys: [inbound] }, orders);
}

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

  it('proves foreign keys in Sync, upon the index that stays, so that Switch reads no row', () => {
    const plan = planOf(replace, referenced({}));
    expect(outlineOf(plan)).toEqual([
      'dual_write: index.segue_key_9f86d081_1, index.users_id_key, younger_key, constraint.segue_fk_9f86d081_1_1, validate.segue_fk_9f86d081_1_1',
      'switch: restore_proof.segue_fk_9f86d081_1_1, restore.segue_fk_9f86d081_1_1, restore.younger_key, restore.segue_key_9f86d081_1, restore.users_id_key, swap',
    ]);
    const swap = phaseOf(plan, 'switch').steps.at(-1);
    expect(swap?.sql.at(-1)).toBe(
      'ALTER TABLE "public"."orders" RENAME CONSTRAINT "segue_fk_9f86d081_1_1" TO "orders_user_fk"',
    );
    expect(swap?.undoLocks.map(({ relation }) => relation)).toEqual(['public.users']);
  });

  it('leaves foreign keys to other columns alone', () => {
    expect(outlineOf(planOf(replace, referenced({ referencedColumns: ['ext'] })))).toEqual([
      'dual_write: index.segue_key_9f86d081_1, index.users_id_key',
      'switch: restore.segue_key_9f86d081_1, restore.users_id_key, swap',
    ]);
  });

  it('refuses a partitioned table that references it where its foreign key could not be made anew', () => {
    const leaf = { schema: 'public', name: 'orders_1', parent: { schema: 'public', name: 'orders' } };
    const catalog = referenced({}, [
      { ...leaf, leaf: true, indexes: [], columns: [], rules: [], bound: 'DEFAULT' },
    ]);
    expect(() => planOf(replace, { ...catalog, serverVersionNum: 170_000 })).toThrow(/is partitioned and/);
    expect(() => planOf(replace, { ...catalog, serverVersionNum: 180_000 })).not.toThrow();
  });

  it('refuses a column that may be NULL, with the way out', () => {
    expect(() => planOf(replace, sampleCatalog(users(false)))).toThrow(/may be NULL/);
  });
});
