import type { OperationOf } from '@/lib/core/operation';
import { parseExpression } from '@/lib/sql/expression';
import { constraintSteps } from '../clone/constraint-steps';
import { checkConstraint } from '../clone/constraints';
import { checkCode } from '../deploy/constraint-code';
import { constraintNote } from '../deploy/constraint-notes';
import { newName } from '../direct/new-name';
import { TRIAL_TABLE, trialTable } from '../direct/trial-table';
import { type OperationDefinition, onTable, touch } from '../operation-definition';
import type { OperationContext, OperationPlan } from '../plan-parts';
import { requireRowExpression } from '../require-row-expression';

type AddCheck = OperationOf<'add_check'>;

const columnsOf = (operation: AddCheck) => [
  ...new Set(parseExpression(operation.check).columns.map((column) => column.name)),
];

/** A check: rows in the way are named first; new writes are asked, then every row is proven without blocking anybody. */
function addCheckTo(operation: AddCheck, context: OperationContext): OperationPlan {
  const { table } = context;
  requireRowExpression(context.catalog, table, operation.check, 'any column', 'check');
  const relation = { schema: table.schema, name: table.name };
  const columns = columnsOf(operation);
  const name = newName(table, operation.name, columns.length === 1 ? columns : [], 'check');
  const clone = checkConstraint(relation, name, operation.check, `check ${name}`, null);
  // A check lets NULL through, so only FALSE breaks it.
  const broken = `(${operation.check}) IS FALSE`;
  return {
    newCodeAfter: null,
    oldCodeBefore: 'dual_write',
    bindsOnly: true,
    findings: [],
    trials: [
      {
        sql: [trialTable(table), `ALTER TABLE ${TRIAL_TABLE} ADD CHECK (${operation.check})`],
        field: 'check',
      },
    ],
    phases: {
      dual_write: {
        summary: `Asks for ${operation.check} in new writes, then proves it for every row.`,
        steps: constraintSteps(context, [clone]),
        entryChecks: [
          {
            id: `${context.index + 1}.violations`,
            title: `Every row fits ${name}`,
            work: { kind: 'violations', table: relation, key: table.key ?? [], where: broken, show: columns },
          },
        ],
        exitChecks: [
          {
            id: `${context.index + 1}.validated`,
            title: `${name} is proven`,
            work: { kind: 'constraints_validated', table: relation, names: [name] },
          },
        ],
        deploy: constraintNote({
          table: relation,
          name,
          rule: operation.check,
          broken,
          code: checkCode(relation, name, operation.check),
        }),
        lossless: true,
        rollback: `Drops the check ${name}.`,
      },
    },
  };
}

export const addCheck: OperationDefinition<'add_check'> = {
  compile: onTable(addCheckTo),
  touches: (operation) => [
    ...touch(operation.table, 'column', columnsOf(operation), false),
    ...touch(operation.table, 'constraint', [operation.name], true),
  ],
  expressions: ({ check }) => [check],
};
