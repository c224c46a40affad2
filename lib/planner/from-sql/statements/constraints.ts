import type { Operation } from '@/lib/core/operation';
import type { RelationName } from '@/lib/core/sql-text';
import type { CheckConstraint, ForeignKey, IndexInfo } from '../../catalog';
import type { MemoryTable } from '../../memory-catalog/memory';
import { expressionWithSchemas } from '../names-in';
import { asOperation, type Outcome, refused } from '../part';
import { newOnes, type StatementContext, tableAfter, tableBefore } from '../statement-context';

const ACTIONS = ['no action', 'restrict', 'cascade', 'set null', 'set default'] as const;

function foreignKey(table: RelationName, key: ForeignKey): Outcome {
  const action = (written: string) => ACTIONS.find((each) => each === written.toLowerCase()) ?? 'no action';
  if (key.match === 'FULL' || key.onDeleteColumns.length > 0 || !key.enforced || key.initiallyDeferred)
    return refused(
      'foreign-key-options',
      `The foreign key ${key.name} is MATCH FULL, INITIALLY DEFERRED, NOT ENFORCED or names columns of SET NULL, which add_foreign_key does not have.`,
      'Leave the option out, or add it by free_sql: NOT VALID first, then VALIDATE CONSTRAINT.',
    );
  const operation: Operation = {
    kind: 'add_foreign_key',
    table,
    columns: [...key.columns],
    references: { schema: key.references.schema, name: key.references.name },
    referencedColumns: key.referencedColumns.length === 0 ? undefined : [...key.referencedColumns],
    onDelete: action(key.onDelete),
    onUpdate: action(key.onUpdate),
    deferrable: key.deferrable,
    // The file says whether there is an index: the schema must come out the same.
    index: false,
    name: key.name,
  };
  return asOperation(operation);
}

function check(context: StatementContext, table: RelationName, constraint: CheckConstraint): Outcome {
  if (constraint.noInherit || !constraint.enforced)
    return refused(
      'check-options',
      `The check ${constraint.name} is NO INHERIT or NOT ENFORCED, which add_check does not have.`,
      'Leave the option out, or add it by free_sql.',
    );
  return asOperation({
    kind: 'add_check',
    table,
    check: expressionWithSchemas(context.before, withoutBrackets(constraint.expression)),
    name: constraint.name,
  });
}

/** The memory keeps an expression in one pair of brackets more than it was written in. */
const withoutBrackets = (text: string): string => text.replace(/^\((.*)\)$/s, '$1');

function key(
  table: RelationName,
  index: IndexInfo,
  before: MemoryTable | undefined,
  after: MemoryTable | undefined,
): Outcome {
  const columns = index.columns.flatMap(({ name }) => name ?? []);
  if (index.exclusion)
    return refused(
      'exclusion-constraint',
      `The exclusion constraint ${index.name} cannot be built without making writers wait.`,
      'Add it in a maintenance window, or check the rule in a trigger.',
    );
  // The index that USING INDEX names is gone under its own name.
  const takesOver =
    before?.indexes.some(
      (other) =>
        other.name === index.name ||
        (!isThere(after, other.name) && other.columns.map(({ name }) => name).join() === columns.join()),
    ) === true;
  if (takesOver || index.deferrable || index.include.length > 0)
    return refused(
      'unique-options',
      `The ${index.primary ? 'primary key' : 'unique constraint'} ${index.name} is deferrable, has INCLUDE, or takes over an index that is there.`,
      'Leave the option out, or add it by free_sql with USING INDEX after a concurrent build.',
    );
  if (index.primary)
    return asOperation({
      kind: 'replace_primary_key',
      table,
      columns,
      ...(index.constraint === null ? {} : { name: index.constraint }),
    });
  return asOperation({
    kind: 'add_unique',
    table,
    columns,
    nullsNotDistinct: index.nullsNotDistinct,
    name: index.name,
  });
}

const isThere = (table: MemoryTable | undefined, index: string): boolean =>
  table?.indexes.some(({ name }) => name === index) === true;

/** A table without the constraints of these names. */
function withoutConstraints(table: MemoryTable | undefined, names: ReadonlySet<string>) {
  if (table === undefined || names.size === 0) return table;
  const stays = ({ name }: { readonly name: string }) => !names.has(name);
  return {
    ...table,
    indexes: table.indexes.filter(({ constraint }) => constraint === null || !names.has(constraint)),
    checks: table.checks.filter(stays),
    foreignKeys: table.foreignKeys.filter(stays),
  };
}

/**
 * Constraints that a statement adds to a table, as operations; one may have the name of another that the same statement drops. What
 * came with a NOT NULL or a DEFAULT is not among them.
 */
export function addedConstraints(
  context: StatementContext,
  table: RelationName,
  dropped: ReadonlySet<string>,
): Outcome[] {
  const before = withoutConstraints(tableBefore(context, table), dropped);
  const after = tableAfter(context, table);
  const keys = (each: MemoryTable | undefined) =>
    (each?.indexes ?? []).flatMap((index) => (index.constraint === null ? [] : [index]));
  const known = new Set(keys(before).map(({ constraint }) => constraint));
  return [
    ...keys(after)
      .filter(({ constraint }) => !known.has(constraint))
      .map((index) => key(table, index, before, after)),
    ...newOnes(before?.checks, after?.checks).map((each) => check(context, table, each)),
    ...newOnes(before?.foreignKeys, after?.foreignKeys).map((each) => foreignKey(table, each)),
  ];
}
