import { describe } from 'vitest';
import { operationOn } from '@/test/plan-of';
import { itRefuses, withTable } from '@/test/plan-refusals';
import { sampleCatalog, sampleColumn, sampleTable } from '@/test/sample-catalog';

const rename = operationOn.rename('name', 'full_name');
const drop = operationOn.drop('name');

describe('tables and names are refused', () => {
  itRefuses([
    {
      name: 'a table that is not there',
      operations: rename,
      catalog: sampleCatalog(sampleTable([], { name: 'other' })),
      code: 'unknown_table',
      object: 'public.users',
      message: /There is no table "public\.users"/,
    },
    {
      name: 'a table of somebody else',
      operations: rename,
      catalog: withTable({ owned: false, owner: 'boss' }),
      code: 'missing_rights',
      object: 'public.users',
      message: /does not own "public\.users"/,
    },
    {
      name: 'an index on a partitioned table',
      operations: {
        kind: 'add_index',
        table: { schema: 'public', name: 'users' },
        columns: ['name'],
        unique: false,
      },
      catalog: withTable({ kind: 'partitioned table' }),
      code: 'unsupported',
      object: 'public.users',
      message: /is partitioned: this operation/,
    },
    {
      name: 'a partition',
      operations: rename,
      catalog: withTable({ kind: 'partition' }),
      code: 'unsupported',
      object: 'public.users',
      message: /is a partition/,
    },
    {
      name: 'a view',
      operations: rename,
      catalog: withTable({ kind: 'view' }),
      code: 'unsupported',
      object: 'public.users',
      message: /change the table behind it/,
    },
    {
      name: 'a materialized view',
      operations: rename,
      catalog: withTable({ kind: 'materialized view' }),
      code: 'unsupported',
      object: 'public.users',
      message: /change its query/,
    },
    {
      name: 'a foreign table',
      operations: rename,
      catalog: withTable({ kind: 'foreign table' }),
      code: 'unsupported',
      object: 'public.users',
      message: /another server/,
    },
    {
      name: 'a table in an inheritance tree',
      operations: rename,
      catalog: withTable({ inheritance: true }),
      code: 'unsupported',
      object: 'public.users',
      message: /inheritance/,
    },
    {
      name: 'a table without a key',
      operations: rename,
      catalog: withTable({ key: null, primaryKey: [] }),
      code: 'unsupported',
      object: 'public.users',
      message: /no primary key/,
    },
    {
      name: 'a column that is not there',
      operations: operationOn.rename('nmae', 'x'),
      code: 'unknown_column',
      object: 'public.users.nmae',
      message: /no column "nmae"/,
    },
    {
      name: 'a name that is taken',
      operations: operationOn.rename('name', 'id'),
      code: 'name_taken',
      object: 'public.users.id',
      message: /already has a column "id"/,
    },
    {
      name: 'the name of a system column',
      operations: operationOn.rename('name', 'ctid'),
      code: 'name_taken',
      object: 'public.users.ctid',
      message: /system column/,
    },
    {
      name: 'a name that is too long',
      operations: operationOn.rename('name', 'x'.repeat(64)),
      code: 'name_too_long',
      object: `public.users.${'x'.repeat(64)}`,
      message: /longer than 63 bytes/,
    },
    {
      name: 'dropping the only column',
      operations: operationOn.drop('name'),
      catalog: sampleCatalog({
        ...sampleTable(),
        columns: [sampleColumn('name')],
        primaryKey: [],
        key: null,
      }),
      code: 'unsupported',
      object: 'public.users',
      message: /only column/,
    },
    {
      name: 'two operations on one column',
      operations: [rename, drop],
      code: 'invalid_input',
      object: 'public.users.name',
      message: /Operations 1 and 2 both change/,
    },
    {
      name: 'two operations that make one column',
      operations: [rename, operationOn.add('full_name', 'text')],
      code: 'invalid_input',
      object: 'public.users.full_name',
      message: /both change/,
    },
  ]);
});
