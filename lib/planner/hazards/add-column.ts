import type { ColumnDef, Constraint } from 'libpg-query';
import type { TableInfo } from '@/lib/planner/catalog';
import { namesOf, nodeOf, nodesOf } from '@/lib/sql/ast';
import type { AlterPass } from './alter-pass';
import { labelOf } from './scene';
import { SERIAL_TYPES } from './serial-types';
import { domainOf, isConstrained, typeOfNode } from './type-names';
import { volatilityOf } from './volatility';

const ADD_COLUMN = 'Use the operation add_column';

const isNull = (constraint: Constraint | undefined): boolean =>
  nodeOf(constraint?.raw_expr, 'A_Const')?.isnull === true;

/** ADD COLUMN: what it writes, reads and locks besides the table itself. */
export function addColumn(pass: AlterPass): void {
  const { scene, table, cmd } = pass;
  const column = nodeOf(cmd.def, 'ColumnDef');
  if (column === undefined) return;
  const name = column.colname ?? '';
  if (table.columns.some((one) => one.name === name)) {
    if (cmd.missing_ok !== true) scene.refuse('42701', `Column ${name} of ${labelOf(table)} exists already.`);
    return;
  }
  pass.descend();
  if (!pass.recurse && pass.below.length > 0)
    scene.refuse('42P16', 'The column must be added to child tables too.');
  const constraints = nodesOf(column.constraints, 'Constraint');
  const has = (type: Constraint['contype']): Constraint | undefined =>
    constraints.find(({ contype }) => contype === type);
  const shape = typeOfNode(column.typeName, scene.catalog);
  const typeName = namesOf(column.typeName?.names).at(-1) ?? '';
  const serial = SERIAL_TYPES.has(typeName);
  const identity = has('CONSTR_IDENTITY') !== undefined;
  const generated = has('CONSTR_GENERATED')?.generated_kind;
  const domain = shape.array ? null : domainOf(shape.base, scene.catalog);
  const given = has('CONSTR_DEFAULT');
  const hasDefault = (given !== undefined && !isNull(given)) || domain?.hasDefault === true;
  const filled = hasDefault || serial || identity || generated !== undefined;
  if (identity && table.children.length > 0)
    scene.refuse('42P16', 'An identity column cannot be added to a table with children.');
  if (identity && table.partitionBy !== null && scene.options.major < 17)
    scene.refuse('42P16', 'Identity columns are not possible on partitioned tables before PostgreSQL 17.');
  if (has('CONSTR_PRIMARY') !== undefined && table.indexes.some(({ primary }) => primary))
    scene.refuse('42P16', `Table ${labelOf(table)} has a primary key already.`);
  const mustBeSet = has('CONSTR_NOTNULL') ?? has('CONSTR_PRIMARY');
  if ((mustBeSet !== undefined || domain?.notNull === true) && !filled) {
    scene.note(
      'add-column-not-null',
      table,
      `Rows of ${labelOf(table)} would have no value for ${name}: PostgreSQL refuses it unless the table is empty. Old code that inserts without it fails too.`,
      `${ADD_COLUMN} with nullable: false and a value.`,
    );
    scene.refuse('23502', `Column ${name} would be NULL in existing rows.`);
  }
  const written = reasonToWrite(pass, {
    column,
    serial,
    identity,
    stored: generated === 's',
    constrained: domain !== null && isConstrained(domain),
    given,
  });
  if (written !== null) {
    for (const member of pass.members) scene.rewrite(member);
    scene.note(
      written.rule,
      table,
      `${written.why}: every row of ${labelOf(table)} is written anew, and every index built, while nobody can read or write it.`,
      written.fix,
    );
  }
  if (generated === 'v' && has('CONSTR_NOTNULL') !== undefined)
    verifyAll(pass, 'A virtual column that is NOT NULL is computed for every row');
  if (
    has('CONSTR_CHECK') !== undefined &&
    !constraints.some(({ contype }) => contype === 'CONSTR_ATTR_NOT_ENFORCED')
  ) {
    for (const member of pass.members) scene.verify(member);
    scene.note(
      'add-column-check',
      table,
      `Every row of ${labelOf(table)} is read for the CHECK while nobody can read or write it, although all values are the same.`,
      'Add the column first. Then add the CHECK with NOT VALID, and VALIDATE it in a transaction of its own; or use the operations add_column and add_check.',
    );
  }
  const reference = has('CONSTR_FOREIGN');
  if (reference !== undefined)
    pass.reference(reference, 'add-column-references', hasDefault || serial || identity);
  const unique = has('CONSTR_UNIQUE') ?? has('CONSTR_PRIMARY');
  if (unique !== undefined) pass.addKey(unique, [name], 'add-column-unique');
}

interface NewColumn {
  readonly column: ColumnDef;
  readonly serial: boolean;
  readonly identity: boolean;
  readonly stored: boolean;
  readonly constrained: boolean;
  readonly given: Constraint | undefined;
}

type Reason = {
  readonly rule:
    | 'add-column-volatile-default'
    | 'add-column-sequence'
    | 'add-column-generated'
    | 'add-column-domain';
  readonly why: string;
  readonly fix: string;
};

function reasonToWrite(
  { scene }: AlterPass,
  { column, serial, identity, stored, constrained, given }: NewColumn,
): Reason | null {
  const name = column.colname ?? '';
  if (serial || identity)
    return {
      rule: 'add-column-sequence',
      why: `${name} takes its values from a sequence`,
      fix: `${ADD_COLUMN} with an identity: rows are filled in batches.`,
    };
  if (stored)
    return {
      rule: 'add-column-generated',
      why: `The values of ${name} are stored`,
      fix: 'Use the operation add_generated_column: a trigger keeps the column until its rows are filled.',
    };
  if (given !== undefined && volatilityOf(given.raw_expr, scene.catalog) === 'volatile')
    return {
      rule: 'add-column-volatile-default',
      why: `The default of ${name} differs from row to row`,
      fix: `${ADD_COLUMN}: it adds the column bare, sets the default for new rows and fills old ones in batches.`,
    };
  if (constrained)
    return {
      rule: 'add-column-domain',
      why: `The type of ${name} is a domain that checks its values`,
      fix: 'Add the column with the base type of the domain and a CHECK that is added NOT VALID and validated after.',
    };
  return null;
}

function verifyAll(
  { scene, table, members }: { scene: AlterPass['scene']; table: TableInfo; members: readonly TableInfo[] },
  why: string,
): void {
  for (const member of members) scene.verify(member);
  scene.note(
    'add-column-check',
    table,
    `${why} of ${labelOf(table)} while nobody can read or write it.`,
    'Add the column without NOT NULL.',
  );
}
