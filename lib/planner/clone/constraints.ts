import type { StepLock } from '@/lib/core/plan';
import { quoteIdent, quoteLiteral, quoteName, type RelationName } from '@/lib/core/sql-text';
import { parseExpression, replaceColumns } from '@/lib/sql/expression';
import type { CheckConstraint, ForeignKey, TableInfo } from '../catalog';
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
  /** False: what it is a clone of is not proven either, so rows that are there may break it. */
  readonly proven: boolean;
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

const unproven = ({ enforced }: { readonly enforced: boolean }) =>
  enforced ? ' NOT VALID' : ' NOT ENFORCED';

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
  as: Pick<CheckConstraint, 'validated' | 'enforced' | 'noInherit'> = {
    validated: true,
    enforced: true,
    noInherit: false,
  },
): ConstraintClone {
  return {
    name,
    what,
    proven: as.validated && as.enforced,
    comment: withComment(relation, name, comment),
    add: `${alter(relation)} ADD CONSTRAINT ${quoteIdent(name)} CHECK (${expression})${as.noInherit ? ' NO INHERIT' : ''}${unproven(as)}`,
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
  key: Omit<ForeignKey, 'mayReference'>,
): ConstraintClone {
  const label = relationLabel(table);
  const deferrable = key.deferrable ? ` DEFERRABLE${key.initiallyDeferred ? ' INITIALLY DEFERRED' : ''}` : '';
  const deleted =
    key.onDeleteColumns.length === 0 ? '' : ` (${key.onDeleteColumns.map(quoteIdent).join(', ')})`;
  const parent = relationLabel(key.references);
  const both = (mode: StepLock['mode']): readonly StepLock[] =>
    parent === label ? lockOn(table, mode) : [...lockOn(table, mode), { relation: parent, mode }];
  const add = `${alter(table)} ADD CONSTRAINT ${quoteIdent(key.name)} FOREIGN KEY (${key.columns.map(quoteIdent).join(', ')}) REFERENCES ${quoteName(key.references)} (${key.referencedColumns.map(quoteIdent).join(', ')}) MATCH ${key.match} ON UPDATE ${key.onUpdate} ON DELETE ${key.onDelete}${deleted}${deferrable}`;
  return {
    name: key.name,
    what: `foreign key to ${parent}`,
    comment: withComment(table, key.name, key.comment),
    proven: key.validated && key.enforced,
    add: `${add}${unproven(key)}`,
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
  const rename = (column: string) => (column === oldColumn ? newColumn : column);
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
        ...checkConstraint(
          table,
          nameFor(check.name),
          expression,
          `check ${check.name}`,
          check.comment,
          check,
        ),
        original: check.name,
      };
    });
  const foreignKeys = table.foreignKeys
    .filter((key) => key.columns.includes(oldColumn) && !except.includes(key.name))
    .map((key) => ({
      ...foreignKeyConstraint(table, {
        ...key,
        name: nameFor(key.name),
        columns: key.columns.map(rename),
        onDeleteColumns: key.onDeleteColumns.map(rename),
      }),
      original: key.name,
    }));
  return [...checks, ...foreignKeys];
}
