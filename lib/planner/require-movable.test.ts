import { describe } from 'vitest';
import { operationOn } from '@/test/plan-of';
import { itRefuses, withColumn, withTable } from '@/test/plan-refusals';
import { sampleIndex, sampleView } from '@/test/sample-catalog';
import type { ColumnDependent, ViewInfo } from './catalog';

const rename = operationOn.rename('name', 'full_name');
const drop = operationOn.drop('name');
const retype = operationOn.changeType('name', 'bytea', { to: 'full_name' });
const nameView = (view: Partial<ViewInfo>): ColumnDependent => ({
  column: 'name',
  kind: 'view',
  name: 'names',
  view: sampleView({ definition: 'SELECT name FROM public.users;', ...view }),
});

describe('a column is refused that cannot be moved', () => {
  itRefuses([
    {
      name: 'a column of the partition key',
      operations: rename,
      catalog: withTable({ kind: 'partitioned table', partitionKey: ['name'] }),
      code: 'unsupported',
      object: 'public.users.name',
      message: /decides to which partition a row belongs/,
    },
    {
      name: 'a column of the primary key',
      operations: retype,
      catalog: withTable({ primaryKey: ['name'] }),
      code: 'unsupported',
      object: 'public.users.name',
      message: /part of the primary key/,
    },
    {
      name: 'a column of the only key',
      operations: retype,
      catalog: withTable({ primaryKey: [], key: [{ name: 'name', type: 'text' }] }),
      code: 'unsupported',
      object: 'public.users.name',
      message: /only key/,
    },
    {
      name: 'a generated column',
      operations: rename,
      catalog: withColumn({ generated: 'stored' }),
      code: 'unsupported',
      object: 'public.users.name',
      message: /generated column/,
    },
    {
      name: 'an identity column',
      operations: rename,
      catalog: withColumn({ identity: 'always' }),
      code: 'unsupported',
      object: 'public.users.name',
      message: /identity column/,
    },
    {
      name: 'a column that a foreign key points at',
      operations: rename,
      catalog: withTable({
        inboundForeignKeys: [
          { name: 'orders_fk', table: { schema: 'public', name: 'orders' }, columns: ['name'] },
        ],
      }),
      code: 'unsupported',
      object: 'public.users.name',
      message: /"orders_fk" of "public\.orders" points at/,
    },
    {
      name: 'a column in an exclusion constraint',
      operations: rename,
      catalog: withTable({ indexes: [sampleIndex('no_overlap', ['name'], { exclusion: true })] }),
      code: 'unsupported',
      object: 'public.users.name',
      message: /exclusion constraint "no_overlap"/,
    },
    {
      name: 'a column that a materialized view shows',
      operations: rename,
      catalog: withTable({
        dependents: [{ column: 'name', kind: 'materialized view', name: 'active_users' }],
      }),
      code: 'unsupported',
      object: 'public.users.name',
      message: /materialized view "active_users" uses/,
    },
    {
      name: 'a column that is dropped under a view',
      operations: drop,
      catalog: withTable({ dependents: [{ column: 'name', kind: 'view', name: 'active_users' }] }),
      code: 'unsupported',
      object: 'public.users.name',
      message: /view "active_users" uses/,
    },
    {
      name: 'a view of another role',
      operations: rename,
      catalog: withTable({ dependents: [nameView({ owned: false })] }),
      code: 'unsupported',
      object: 'public.users.name',
      message: /belongs to another role/,
    },
    {
      name: 'a view that reads whole rows',
      operations: rename,
      catalog: withTable({
        dependents: [nameView({ definition: 'SELECT to_json(users.*) AS j FROM public.users;' })],
      }),
      code: 'unsupported',
      object: 'public.users.name',
      message: /reads whole rows/,
    },
    {
      name: 'a column in a policy',
      operations: drop,
      catalog: withTable({ dependents: [{ column: 'name', kind: 'policy', name: 'own_rows' }] }),
      code: 'unsupported',
      object: 'public.users.name',
      message: /policy "own_rows" uses/,
    },
  ]);
});
