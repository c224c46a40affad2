import type { CheckSpec, Finding, Step } from '@/lib/core/plan';
import type { ForeignKey } from '../catalog';
import { foreignKeyConstraint } from '../clone/constraints';
import { dropConstraintSteps } from '../clone/drop-constraint-steps';
import { orphansCheck } from '../clone/orphans';
import { type OperationContext, relationLabel } from '../plan-parts';
import { deleteForeignKey } from './delete-foreign-key';

/** What becomes of the foreign keys of a column that nobody writes any more. */
interface RetiredForeignKeys {
  /** Retire drops them; the way back adds and proves them, under the column's retired name. */
  readonly retire: readonly Step[];
  readonly wayBack: readonly CheckSpec[];
  /** Those that this role could not add again stay until Delete. */
  readonly drop: readonly Step[];
  readonly findings: readonly Finding[];
}

/**
 * Code that no longer knows a column cannot be held to its foreign keys: deleting a row that a retired column still names
 * would be refused, or would delete and change rows for a reason that nobody sees. They go at Retire. Pure.
 */
export function retiredForeignKeys(
  context: OperationContext,
  column: string,
  retiredName: string,
): RetiredForeignKeys {
  const { table } = context;
  const keys = table.foreignKeys.filter((key) => key.columns.includes(column));
  const leaving = keys.filter((key) => key.mayReference);
  const staying = keys.filter((key) => !key.mayReference);
  const asRetired = (key: ForeignKey): ForeignKey => ({
    ...key,
    columns: key.columns.map((name) => (name === column ? retiredName : name)),
  });
  return {
    retire: dropConstraintSteps(
      context,
      leaving.map((key) => ({
        ...foreignKeyConstraint(table, asRetired(key)),
        validated: key.validated,
      })),
      'contract',
      (clone) => `Drop the foreign key ${clone.name}`,
    ),
    wayBack: leaving
      .filter((key) => key.validated)
      .map((key) =>
        orphansCheck(context, asRetired(key), `Every ${column} still has its row in ${key.references.name}`),
      ),
    drop: staying.map((key) => deleteForeignKey(context, key, `Drop the foreign key ${key.name}`)),
    findings: [
      ...leaving.map((key) => ({
        rule: 'foreign-key-goes-at-retire',
        severity: 'info' as const,
        operation: context.index,
        message: `The foreign key ${key.name} goes at Retire: from then on a row of ${key.references.name} may be deleted although a retired ${column} names it${key.onDelete === 'CASCADE' ? ', and no row of this table is deleted with it' : ''}. The way back stops, with the keys, while such a row is there.`,
        fix: null,
      })),
      ...staying.map((key) => ({
        rule: 'foreign-key-stays',
        severity: 'warning' as const,
        operation: context.index,
        message: `This role could not add the foreign key ${key.name} again, so it stays until Delete: until then a row of ${key.references.name} that a retired ${column} names cannot be deleted.`,
        fix: `GRANT REFERENCES ON ${relationLabel(key.references)} to the role of this connection.`,
      })),
    ],
  };
}
