import type { Finding } from '@/lib/core/plan';
import type { TableInfo } from './catalog';
import { relationLabel } from './plan-parts';

/** What the table's own triggers mean for a backfill and for a column that changes its name. */
export function triggerFindings(table: TableInfo, column: string, operation: number): Finding[] {
  const firing = table.triggers.filter((trigger) => trigger.updates !== false);
  const named = (row: boolean) =>
    firing
      .filter((trigger) => trigger.row === row)
      .map((trigger) => trigger.name)
      .join(', ');
  const fire = [
    ...(named(true) === '' ? [] : [`its row triggers fire for each: ${named(true)}`]),
    ...(named(false) === '' ? [] : [`its statement triggers fire for each batch: ${named(false)}`]),
  ];
  const fires: Finding[] =
    fire.length === 0
      ? []
      : [
          {
            rule: 'backfill-fires-triggers',
            severity: 'warning',
            operation,
            message: `The backfill updates rows of ${relationLabel(table)}, so ${fire.join('; ')}. A trigger that sets updated_at will move it.`,
            fix: 'If that matters, let the trigger return early while only the new column changes.',
          },
        ];
  const naming = table.triggers.filter((trigger) =>
    new RegExp(`\\b${column.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\b`).test(trigger.functionBody),
  );
  return [
    ...fires,
    ...naming.map(
      (trigger): Finding => ({
        rule: 'trigger-names-column',
        severity: 'warning',
        operation,
        message: `The function ${trigger.functionName} of the trigger ${trigger.name} names "${column}". It fails once that name is gone.${trigger.timing === 'before' && trigger.row ? ` Until Switch, where it sets "${column}", that wins over what new code writes in the same statement, which is recorded as a conflict.` : ''}`,
        fix: `Replace ${trigger.functionName} before Retire; the plan stops there until it is done.`,
      }),
    ),
  ];
}
