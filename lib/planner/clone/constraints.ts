import type { StepLock } from '@/lib/core/plan';
import { quoteIdent, quoteLiteral, quoteName, type RelationName } from '@/lib/core/sql-text';
import { parseExpression, replaceColumns } from '@/lib/sql/expression';
import type { ForeignKey, TableInfo } from '../catalog';
import { cloneName } from '../names';
import { lockOn, relationLabel } from '../plan-parts';
import type { ColumnRewrite } from './indexes';

/** A constraint added NOT VALID and proven afterwards. */
export interface ConstraintClone {
  readonly name: string;
  /** Name of the constraint that it is a clone of, where it is one. */
  readonly original?: string;
  readonly what: string;
  readonly add: string;
  readonly comment: string | null;
  readonly drop: string;
  readonly validate: string;
  readonly addLocks: readonly StepLock[];
  readonly dropLocks: readonly StepLock[];
  readonly validateLocks: readonly StepLock[];
  /** Foreign keys only: the same on one partition, and at once without NOT VALID. */
  readonly onPartition?: (partition: RelationName) => ConstraintClone;
  readonly addValid?: string;
}

/** A table with the partitions to which its constraints go down. */
type ConstrainedTable = RelationName & { readonly partitions?: readonly RelationName[] };

const alter = (relation: RelationName) => `ALTER TABLE ${quoteName(relation)}`;

function withComment(relation: RelationName, name: string, comment: string | null): string | null {
  return comment === null
    ? null
    : `COMMENT ON CONSTRAINT ${quoteIdent(name)} ON ${quoteName(relation)} IS ${quoteLiteral(comment)}`;
}

/** A CHECK that `column` is not NULL: what lets SET NOT NULL skip its scan since PostgreSQL 12. */
export function notNullProof(relation: ConstrainedTable, column: string, name: string): ConstraintClone {
  return checkConstraint(
    relation,
    name,
    `${quoteIdent(column)} IS NOT NULL`,
    `${column} is never NULL`,
    null,
  );
}

/** A check over the row. Pure. */
export function checkConstraint(
  relation: ConstrainedTable,
  name: string,
  expression: string,
  what: string,
  comment: string | null,
): ConstraintClone {
  return {
    name,
    what,
    comment: withComment(relation, name, comment),
    add: `${alter(relation)} ADD CONSTRAINT ${quoteIdent(name)} CHECK (${expression}) NOT VALID`,
    drop: `${alter(relation)} DROP CONSTRAINT ${quoteIdent(name)}`,
    validate: `${alter(relation)} VALIDATE CONSTRAINT ${quoteIdent(name)}`,
    addLocks: lockOn(relation, 'ACCESS EXCLUSIVE'),
    dropLocks: lockOn(relation, 'ACCESS EXCLUSIVE'),
    validateLocks: lockOn(relation, 'SHARE UPDATE EXCLUSIVE'),
  };
}

/** A foreign key of `table`: NOT VALID takes SHARE ROW EXCLUSIVE on both, to drop it ACCESS EXCLUSIVE on both. Pure. */
export function foreignKeyConstraint(
  table: ConstrainedTable,
  key: Omit<ForeignKey, 'mayReference' | 'validated'>,
): ConstraintClone {
  const label = relationLabel(table);
  const deferrable = key.deferrable ? ` DEFERRABLE${key.initiallyDeferred ? ' INITIALLY DEFERRED' : ''}` : '';
  const parent = relationLabel(key.references);
  const both = (mode: StepLock['mode']): readonly StepLock[] =>
    parent === label ? lockOn(table, mode) : [...lockOn(table, mode), { relation: parent, mode }];
  const add = `${alter(table)} ADD CONSTRAINT ${quoteIdent(key.name)} FOREIGN KEY (${key.columns.map(quoteIdent).join(', ')}) REFERENCES ${quoteName(key.references)} (${key.referencedColumns.map(quoteIdent).join(', ')}) MATCH ${key.match} ON UPDATE ${key.onUpdate} ON DELETE ${key.onDelete}${deferrable}`;
  return {
    name: key.name,
    what: `foreign key to ${parent}`,
    comment: withComment(table, key.name, key.comment),
    add: `${add} NOT VALID`,
    addValid: add,
    onPartition: (partition) => foreignKeyConstraint(partition, { ...key, comment: null }),
    drop: `${alter(table)} DROP CONSTRAINT ${quoteIdent(key.name)}`,
    validate: `${alter(table)} VALIDATE CONSTRAINT ${quoteIdent(key.name)}`,
    addLocks: both('SHARE ROW EXCLUSIVE'),
    dropLocks: both('ACCESS EXCLUSIVE'),
    validateLocks: [
      ...lockOn(table, 'SHARE UPDATE EXCLUSIVE'),
      ...(parent === label ? [] : [{ relation: parent, mode: 'ROW SHARE' as const }]),
    ],
  };
}

/** The old column's checks and its own foreign keys, over the new column. Pure. */
export function cloneConstraints(
  table: TableInfo,
  oldColumn: string,
  newColumn: string,
  rewrite: ColumnRewrite,
  /** Foreign keys that somebody else sees to. */
  except: readonly string[] = [],
): ConstraintClone[] {
  const taken = [...table.takenNames];
  const nameFor = (original: string) => {
    const name = cloneName(original, oldColumn, newColumn, taken);
    taken.push(name);
    return name;
  };
  const checks = table.checks
    .filter((check) => check.columns.includes(oldColumn))
    .map((check) => {
      const expression = replaceColumns(parseExpression(check.expression), rewrite);
      return {
        ...checkConstraint(table, nameFor(check.name), expression, `check ${check.name}`, check.comment),
        original: check.name,
      };
    });
  const foreignKeys = table.foreignKeys
    .filter((key) => key.columns.includes(oldColumn) && !except.includes(key.name))
    .map((key) => ({
      ...foreignKeyConstraint(table, {
        ...key,
        name: nameFor(key.name),
        columns: key.columns.map((column) => (column === oldColumn ? newColumn : column)),
      }),
      original: key.name,
    }));
  return [...checks, ...foreignKeys];
}
