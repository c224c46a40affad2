import type { CheckSpec } from '@/lib/core/plan';
import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import type { ForeignKey } from '../catalog';
import { type OperationContext, operationId } from '../plan-parts';

type Reference = Pick<ForeignKey, 'columns' | 'references' | 'referencedColumns' | 'match'>;

/** SQL over the row `t`, true where a foreign key would refuse it: its row in the other table is not there. Pure. */
export function orphanCondition({ columns, references, referencedColumns, match }: Reference): string {
  const at = columns.map((column) => `t.${quoteIdent(column)}`);
  const filled = at.map((column) => `${column} IS NOT NULL`).join(' AND ');
  const pairs = at.map((column, index) => `p.${quoteIdent(referencedColumns[index] ?? '')} = ${column}`);
  const orphan = `${filled} AND NOT EXISTS (SELECT FROM ${quoteName(references)} AS p WHERE ${pairs.join(' AND ')})`;
  if (match !== 'FULL' || columns.length === 1) return orphan;
  const halfEmpty = `num_nulls(${at.join(', ')}) NOT IN (0, ${columns.length})`;
  return `(${orphan}) OR ${halfEmpty}`;
}

/** Asks every row of the operation's table whether a foreign key would refuse it. */
export function orphansCheck(
  context: OperationContext,
  key: Reference & Pick<ForeignKey, 'name'>,
  title: string,
): CheckSpec {
  const { table } = context;
  return {
    id: operationId(context, `orphans.${key.name}`),
    title,
    work: {
      kind: 'violations',
      table: { schema: table.schema, name: table.name },
      key: table.key ?? [],
      where: orphanCondition(key),
      show: key.columns,
    },
  };
}
