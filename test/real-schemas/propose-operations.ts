import type { Operation } from '@/lib/core/operation';

/** The guide's five. */
export type GuideKind = 'add_column' | 'rename_column' | 'drop_column' | 'change_type' | 'set_not_null';

import { quoteIdent } from '@/lib/core/sql-text';
import type { ColumnInfo, TableInfo } from '@/lib/planner/catalog';

/** One operation on one column, with SQL of what its column holds in the end (over `b`, the row as it was). */
export interface Proposal {
  readonly label: string;
  readonly operation: Operation;
  readonly table: TableInfo;
  readonly column: string;
  /** The column that is there in the end, and the value expected in it; null: none is left. */
  readonly expected: { readonly column: string; readonly type: string; readonly value: string } | null;
}

interface Conversion {
  readonly type: string;
  readonly up: (column: string) => string;
  readonly down: (column: string, type: string) => string;
}

const cast = (type: string): Conversion => ({
  type,
  up: (column) => `${column}::${type}`,
  down: (column, old) => `${column}::${old}`,
});

/** A type that holds every value of another and gives it back unchanged. */
const CONVERSIONS: Readonly<Record<string, Conversion>> = {
  text: cast('varchar'),
  'character varying': cast('text'),
  smallint: cast('integer'),
  integer: cast('bigint'),
  bigint: cast('numeric'),
  numeric: cast('text'),
  real: cast('double precision'),
  'double precision': cast('text'),
  boolean: { type: 'integer', up: (c) => `${c}::int`, down: (c) => `${c}::boolean` },
  uuid: cast('text'),
  jsonb: cast('text'),
  json: cast('text'),
  date: cast('timestamp'),
  'timestamp without time zone': {
    type: 'timestamptz',
    up: (c) => `${c} AT TIME ZONE 'UTC'`,
    down: (c) => `${c} AT TIME ZONE 'UTC'`,
  },
  'timestamp with time zone': {
    type: 'timestamp',
    up: (c) => `${c} AT TIME ZONE 'UTC'`,
    down: (c) => `${c} AT TIME ZONE 'UTC'`,
  },
};

const ZERO: Readonly<Record<string, string>> = {
  text: "''",
  'character varying': "''",
  integer: '0',
  bigint: '0',
  smallint: '0',
  numeric: '0',
  real: '0',
  'double precision': '0',
  boolean: 'false',
  json: "'{}'",
  jsonb: "'{}'",
  uuid: 'gen_random_uuid()',
  date: "'2020-01-01'",
  'timestamp without time zone': "'2020-01-01'",
  'timestamp with time zone': "'2020-01-01Z'",
};

/** A value that fits a NOT NULL column of that type. Enums and arrays: through a row's own default. */
function fitting(column: ColumnInfo): string {
  return column.baseType.endsWith('[]') ? "'{}'" : (ZERO[column.baseType] ?? column.default ?? "''");
}

/** Every operation on one column. Whether it fits is the planner's to say. */
export function proposeOperations(table: TableInfo, column: ColumnInfo): Record<GuideKind, Proposal> {
  const relation = { schema: table.schema, name: table.name };
  const name = column.name;
  const at = (kind: GuideKind) => `${kind} ${table.name}.${name}`;
  const renamed = `${name.slice(0, 40)}_renamed`;
  const changed = `${name.slice(0, 40)}_changed`;
  const added = `${name.slice(0, 40)}_added`;
  const old = `b.${quoteIdent(name)}`;
  const conversion: Conversion = CONVERSIONS[column.baseType] ?? cast('text');
  const unique = table.indexes.some(
    (index) => index.unique && index.columns.some((part) => part.name === name),
  );
  // One value for several rows would collide; a foreign key wants a parent that is there (the filler's first row).
  const text = /^(text|character varying)$/.test(column.baseType);
  const child = table.foreignKeys.some((key) => key.columns.includes(name));
  const parent = column.baseType === 'uuid' ? "'00000000-0000-4000-8000-000000000001'" : '7';
  const value = child && !text ? parent : unique && text ? 'gen_random_uuid()::text' : fitting(column);
  const propose = (kind: GuideKind, operation: Operation, expected: Proposal['expected']): Proposal => ({
    label: at(kind),
    operation,
    table,
    column: name,
    expected,
  });
  return {
    rename_column: propose(
      'rename_column',
      { kind: 'rename_column', table: relation, from: name, to: renamed },
      { column: renamed, type: column.type, value: old },
    ),
    change_type: propose(
      'change_type',
      {
        kind: 'change_type',
        table: relation,
        column: name,
        to: changed,
        type: conversion.type,
        up: conversion.up(quoteIdent(name)),
        down: conversion.down(quoteIdent(changed), column.type),
        onFailure: 'reject',
      },
      { column: changed, type: conversion.type, value: `(${conversion.up(old)})` },
    ),
    add_column: propose(
      'add_column',
      {
        kind: 'add_column',
        table: relation,
        column: added,
        type: column.type,
        nullable: false,
        value: quoteIdent(name),
      },
      null,
    ),
    drop_column: propose(
      'drop_column',
      {
        kind: 'drop_column',
        table: relation,
        column: name,
        ...(column.notNull && column.default === null ? { restore: value } : {}),
      },
      null,
    ),
    set_not_null: propose(
      'set_not_null',
      { kind: 'set_not_null', table: relation, column: name, value },
      {
        column: name,
        type: column.type,
        value: value.includes('gen_random') ? `a.${quoteIdent(name)}` : `coalesce(${old}, ${value})`,
      },
    ),
  };
}

/** A new column with what another one holds, or with a plain value where that may be NULL. */
export function withAddValue(proposal: Proposal, column: ColumnInfo): Proposal {
  if (proposal.operation.kind !== 'add_column') return proposal;
  const value = column.notNull ? quoteIdent(column.name) : fitting(column);
  const expected = column.notNull ? `b.${quoteIdent(column.name)}` : value;
  return {
    ...proposal,
    operation: { ...proposal.operation, value },
    expected: {
      column: proposal.operation.column,
      type: column.type,
      value: expected.includes('gen_random') ? `a.${quoteIdent(proposal.operation.column)}` : expected,
    },
  };
}
