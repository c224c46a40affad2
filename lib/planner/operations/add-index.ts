import { SegueError } from '@/lib/core/errors';
import type { OperationOf } from '@/lib/core/operation';
import type { CheckSpec } from '@/lib/core/plan';
import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import { parseIndexKeys } from '@/lib/sql/index-keys';
import { indexStep } from '../direct/index-step';
import { newName } from '../direct/new-name';
import { TRIAL_TABLE, trialTable } from '../direct/trial-table';
import { type OperationDefinition, onTable, touch } from '../operation-definition';
import { type OperationContext, type OperationPlan, relationLabel } from '../plan-parts';
import { requireColumn, requireIndexRights } from '../refuse';
import { requireRowExpression } from '../require-row-expression';

type AddIndex = OperationOf<'add_index'>;

const keysOf = ({ columns, keys }: AddIndex) => columns?.map(quoteIdent).join(', ') ?? keys ?? '';

const columnsOf = (operation: AddIndex): readonly string[] => [
  ...(operation.columns ?? []),
  ...(operation.keys === undefined ? [] : parseIndexKeys(operation.keys).columns),
  ...(operation.include ?? []),
];

/** An index, built concurrently: nobody waits for it. */
function addIndexTo(operation: AddIndex, context: OperationContext): OperationPlan {
  const { table } = context;
  const label = relationLabel(table);
  if ((operation.columns === undefined) === (operation.keys === undefined)) {
    throw new SegueError('invalid_input', `add_index on "${label}" needs columns or keys, not both.`, {
      object: label,
      next: 'Give columns: [a, b] by name, or keys: "lower(a), b DESC" as SQL.',
      evidence: { field: 'columns' },
    });
  }
  for (const column of columnsOf(operation)) requireColumn(table, column);
  if (operation.where !== undefined)
    requireRowExpression(context.catalog, table, operation.where, 'any column', 'where');
  requireIndexRights(table);
  const name = newName(table, operation.name, operation.columns ?? [], operation.unique ? 'key' : 'idx');
  const method = operation.method === undefined ? '' : ` USING ${quoteIdent(operation.method)}`;
  const include =
    operation.include === undefined ? '' : ` INCLUDE (${operation.include.map(quoteIdent).join(', ')})`;
  const where = operation.where === undefined ? '' : ` WHERE (${operation.where})`;
  const rest = (on: string) => `ON ${on}${method} (${keysOf(operation)})${include}${where}`;
  const kind = operation.unique ? 'UNIQUE INDEX' : 'INDEX';
  const duplicates: CheckSpec[] = operation.unique ? [duplicatesOf(operation, context, name)] : [];
  return {
    newCodeAfter: null,
    oldCodeBefore: operation.unique ? 'dual_write' : null,
    bindsOnly: true,
    findings: operation.unique
      ? [
          {
            rule: 'binds-old-code',
            severity: 'warning',
            operation: context.index,
            message: `The unique index ${name} refuses a second row of one value from the moment its build begins.`,
            fix: 'Deploy code that keeps to it first.',
          },
        ]
      : [],
    trials: [
      {
        sql: [trialTable(table), `CREATE ${kind} ${rest(TRIAL_TABLE)}`],
        field: operation.keys ? 'keys' : 'columns',
      },
    ],
    phases: {
      dual_write: {
        summary: `Builds the index ${name} on ${table.name} while everybody works on.`,
        steps: [
          indexStep(context, {
            name,
            create: `CREATE ${kind} CONCURRENTLY ${quoteIdent(name)} ${rest(quoteName(table))}`,
            phase: 'dual_write',
          }),
        ],
        entryChecks: duplicates,
        exitChecks: [
          {
            id: `${context.index + 1}.index.${name}`,
            title: `The index ${name} is valid`,
            work: {
              kind: 'indexes_valid',
              table: { schema: table.schema, name: table.name },
              names: [name],
            },
          },
        ],
        lossless: true,
        rollback: `Drops the index ${name}.`,
      },
    },
  };
}

function duplicatesOf(operation: AddIndex, context: OperationContext, name: string): CheckSpec {
  const { table } = context;
  const values =
    operation.columns?.map((column) => `t.${quoteIdent(column)}`) ??
    parseIndexKeys(operation.keys ?? '').values.map((value) => `(${value})`);
  const filled = values.map((value) => `${value} IS NOT NULL`);
  return {
    id: `${context.index + 1}.duplicates`,
    title: `No two rows are the same for ${name}`,
    work: {
      kind: 'duplicates',
      table: { schema: table.schema, name: table.name },
      key: table.key ?? [],
      values,
      where: [...filled, ...(operation.where === undefined ? [] : [`(${operation.where})`])].join(' AND '),
    },
  };
}

export const addIndex: OperationDefinition<'add_index'> = {
  compile: onTable(addIndexTo),
  touches: (operation) => [
    ...touch(operation.table, 'column', columnsOf(operation), false),
    ...touch(operation.table, 'index', [operation.name], true),
  ],
  expressions: ({ where }) => [where],
};
