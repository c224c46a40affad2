import { describe, expect, it } from 'vitest';
import { type ErrorCode, SegueError } from '@/lib/core/errors';
import type { Operation } from '@/lib/core/operation';
import { operationOn, planOf } from '@/test/plan-of';
import { sampleCatalog, sampleColumn, sampleIndex, sampleTable, sampleView } from '@/test/sample-catalog';
import type { Catalog, ColumnDependent, ColumnInfo, TableInfo, ViewInfo } from './catalog';

function refusalOf(operation: Operation | readonly Operation[], catalog: Catalog): SegueError {
  try {
    planOf(operation, catalog);
  } catch (error) {
    if (error instanceof SegueError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

const nameView = (view: Partial<ViewInfo>): ColumnDependent => ({
  column: 'name',
  kind: 'view',
  name: 'names',
  view: sampleView({ definition: 'SELECT name FROM public.users;', ...view }),
});
const withTable = (changes: Partial<TableInfo>, ...columns: ColumnInfo[]) =>
  sampleCatalog(sampleTable(columns.length === 0 ? [sampleColumn('name')] : columns, changes));
const withColumn = (changes: Partial<ColumnInfo>) =>
  sampleCatalog(sampleTable([sampleColumn('name', changes), sampleColumn('other')]));

const rename = operationOn.rename('name', 'full_name');
const change = operationOn.changeType('name', 'integer', { to: 'number', onFailure: 'reject' });
const drop = operationOn.drop('name');

type Row = readonly [string, Operation | readonly Operation[], Catalog, ErrorCode, string, RegExp];

const ROWS: readonly Row[] = [
  [
    'a table that is not there',
    rename,
    sampleCatalog(sampleTable([], { name: 'other' })),
    'unknown_table',
    'public.users',
    /There is no table "public\.users"/,
  ],
  [
    'a table of somebody else',
    rename,
    withTable({ owned: false, owner: 'boss' }),
    'missing_rights',
    'public.users',
    /does not own "public\.users"/,
  ],
  [
    'an index on a partitioned table',
    { kind: 'add_index', table: { schema: 'public', name: 'users' }, columns: ['name'], unique: false },
    withTable({ kind: 'partitioned table' }),
    'unsupported',
    'public.users',
    /is partitioned: this operation/,
  ],
  [
    'a column of the partition key',
    rename,
    withTable({ kind: 'partitioned table', partitionKey: ['name'] }),
    'unsupported',
    'public.users.name',
    /decides to which partition a row belongs/,
  ],
  ['a partition', rename, withTable({ kind: 'partition' }), 'unsupported', 'public.users', /is a partition/],
  [
    'a view',
    rename,
    withTable({ kind: 'view' }),
    'unsupported',
    'public.users',
    /change the table behind it/,
  ],
  [
    'a materialized view',
    rename,
    withTable({ kind: 'materialized view' }),
    'unsupported',
    'public.users',
    /change its query/,
  ],
  [
    'a foreign table',
    rename,
    withTable({ kind: 'foreign table' }),
    'unsupported',
    'public.users',
    /another server/,
  ],
  [
    'a table in an inheritance tree',
    rename,
    withTable({ inheritance: true }),
    'unsupported',
    'public.users',
    /inheritance/,
  ],
  [
    'a table without a key',
    rename,
    withTable({ key: null, primaryKey: [] }),
    'unsupported',
    'public.users',
    /no primary key/,
  ],
  [
    'a column that is not there',
    operationOn.rename('nmae', 'x'),
    sampleCatalog(),
    'unknown_column',
    'public.users.nmae',
    /no column "nmae"/,
  ],
  [
    'a name that is taken',
    operationOn.rename('name', 'id'),
    sampleCatalog(),
    'name_taken',
    'public.users.id',
    /already has a column "id"/,
  ],
  [
    'the name of a system column',
    operationOn.rename('name', 'ctid'),
    sampleCatalog(),
    'name_taken',
    'public.users.ctid',
    /system column/,
  ],
  [
    'a name that is too long',
    operationOn.rename('name', 'x'.repeat(64)),
    sampleCatalog(),
    'name_too_long',
    `public.users.${'x'.repeat(64)}`,
    /longer than 63 bytes/,
  ],
  [
    'a column of the primary key',
    rename,
    withTable({ primaryKey: ['name'] }),
    'unsupported',
    'public.users.name',
    /part of the primary key/,
  ],
  [
    'a column of the only key',
    rename,
    withTable({ primaryKey: [], key: [{ name: 'name', type: 'text' }] }),
    'unsupported',
    'public.users.name',
    /only key/,
  ],
  [
    'a generated column',
    rename,
    withColumn({ generated: 'stored' }),
    'unsupported',
    'public.users.name',
    /generated column/,
  ],
  [
    'an identity column',
    rename,
    withColumn({ identity: 'always' }),
    'unsupported',
    'public.users.name',
    /identity column/,
  ],
  [
    'a column that a foreign key points at',
    rename,
    withTable({
      inboundForeignKeys: [
        { name: 'orders_fk', table: { schema: 'public', name: 'orders' }, columns: ['name'] },
      ],
    }),
    'unsupported',
    'public.users.name',
    /"orders_fk" of "public\.orders" points at/,
  ],
  [
    'a column in an exclusion constraint',
    rename,
    withTable({ indexes: [sampleIndex('no_overlap', ['name'], { exclusion: true })] }),
    'unsupported',
    'public.users.name',
    /exclusion constraint "no_overlap"/,
  ],
  [
    'a column that a materialized view shows',
    rename,
    withTable({ dependents: [{ column: 'name', kind: 'materialized view', name: 'active_users' }] }),
    'unsupported',
    'public.users.name',
    /materialized view "active_users" uses/,
  ],
  [
    'a column that is dropped under a view',
    drop,
    withTable({ dependents: [{ column: 'name', kind: 'view', name: 'active_users' }] }),
    'unsupported',
    'public.users.name',
    /view "active_users" uses/,
  ],
  [
    'a view of another role',
    rename,
    withTable({ dependents: [nameView({ owned: false })] }),
    'unsupported',
    'public.users.name',
    /belongs to another role/,
  ],
  [
    'a view that reads whole rows',
    rename,
    withTable({ dependents: [nameView({ definition: 'SELECT to_json(users.*) AS j FROM public.users;' })] }),
    'unsupported',
    'public.users.name',
    /reads whole rows/,
  ],
  [
    'a column in a policy',
    drop,
    withTable({ dependents: [{ column: 'name', kind: 'policy', name: 'own_rows' }] }),
    'unsupported',
    'public.users.name',
    /policy "own_rows" uses/,
  ],
  [
    'a new type that does not exist',
    operationOn.changeType('name', 'intger', { to: 'n' }),
    sampleCatalog(),
    'bad_expression',
    'public.users.n',
    /does not know the type intger/,
  ],
  [
    'an up expression with another column',
    { ...change, up: 'name || other' },
    withTable({}, sampleColumn('name'), sampleColumn('other')),
    'bad_expression',
    'name || other',
    /names the column "other"/,
  ],
  [
    'an up expression with a subquery',
    { ...change, up: '(SELECT 1)' },
    sampleCatalog(),
    'bad_expression',
    '(SELECT 1)',
    /contains a subquery/,
  ],
  [
    'an up expression that is volatile',
    { ...change, up: 'random()' },
    sampleCatalog(),
    'bad_expression',
    'random()',
    /random\(\), which is volatile/,
  ],
  [
    'an up expression that reads the clock',
    { ...change, up: 'current_date' },
    sampleCatalog(),
    'bad_expression',
    'current_date',
    /reads the clock/,
  ],
  [
    'an up expression that is not SQL',
    { ...change, up: 'name +' },
    sampleCatalog(),
    'bad_expression',
    'name +',
    /not valid SQL/,
  ],
  [
    'two statements as an expression',
    { ...change, up: '1); DROP TABLE users; SELECT (1' },
    sampleCatalog(),
    'bad_expression',
    '1); DROP TABLE users; SELECT (1',
    /not one SQL expression/,
  ],
  [
    'a serial column',
    operationOn.add('n', 'bigserial'),
    sampleCatalog(),
    'unsupported',
    'public.users.n',
    /would rewrite the table/,
  ],
  [
    'a new NOT NULL column without a value',
    operationOn.add('n', 'text', { nullable: false }),
    sampleCatalog(),
    'invalid_input',
    'public.users.n',
    /needs a value/,
  ],
  [
    'NOT NULL without a value',
    operationOn.setNotNull('name'),
    sampleCatalog(),
    'invalid_input',
    'public.users.name',
    /needs a value/,
  ],
  [
    'NOT NULL that is there already',
    operationOn.setNotNull('name', "''"),
    withColumn({ notNull: true }),
    'unsupported',
    'public.users.name',
    /NOT NULL already/,
  ],
  [
    'dropping a NOT NULL column without restore',
    drop,
    withColumn({ notNull: true }),
    'invalid_input',
    'public.users.name',
    /NOT NULL and has no default/,
  ],
  [
    'restoring NULL into a NOT NULL column',
    operationOn.drop('name', 'NULL'),
    withColumn({ notNull: true }),
    'invalid_input',
    'public.users.name',
    /cannot find NULL there/,
  ],
  [
    'restoring one value into a unique column',
    operationOn.drop('name', "'x'"),
    withTable(
      { indexes: [sampleIndex('users_name_key', ['name'], { unique: true })] },
      sampleColumn('name', { notNull: true }),
    ),
    'invalid_input',
    'public.users.name',
    /is unique \(users_name_key\)/,
  ],
  [
    'dropping the only column',
    operationOn.drop('name'),
    sampleCatalog({ ...sampleTable(), columns: [sampleColumn('name')], primaryKey: [], key: null }),
    'unsupported',
    'public.users',
    /only column/,
  ],
  [
    'two operations on one column',
    [rename, drop],
    sampleCatalog(),
    'invalid_input',
    'public.users.name',
    /Operations 1 and 2 both change/,
  ],
  [
    'two operations that make one column',
    [rename, operationOn.add('full_name', 'text')],
    sampleCatalog(),
    'invalid_input',
    'public.users.full_name',
    /both change/,
  ],
];

describe('refusals', () => {
  it.each(ROWS)('%s: code, object, sentence, next step', (_, operation, catalog, code, object, message) => {
    const error = refusalOf(operation, catalog);
    expect(error.code).toBe(code);
    expect(error.object).toBe(object);
    expect(error.message).toMatch(message);
    expect(error.next).toMatch(/^.+\.$/);
  });
});
