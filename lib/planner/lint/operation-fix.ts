import { type Operation, type OperationKind, tableOf } from '@/lib/core/operation';
import { walkTree } from '@/lib/sql/parse-tree';
import { sourceText } from '@/lib/sql/source-text';
import { readStatement } from '../from-sql/read-statement';
import { labelOf, type Memory } from '../memory-catalog/memory';
import type { Judged } from './migration-judge';
import { operationYaml } from './operation-yaml';

/** What stands where a person has to give a value. */
const OPEN = "'…'";

interface Scene {
  readonly before: Memory;
  readonly after: Memory;
  readonly created: ReadonlySet<string>;
  readonly complete: boolean;
}

/** What no operation takes on, as far as it is told at a glance; the rest `segue plan` says. */
function isOutOfReach(operation: Operation, before: Memory): boolean {
  if (operation.kind === 'add_generated_column' && operation.stored) return true;
  const named = tableOf(operation);
  if (named === null) return false;
  const table = before.tables.get(labelOf(named));
  if (table === undefined) return before.views.has(labelOf(named));
  const inherits =
    table.inherits.length > 0 ||
    [...before.tables.values()].some((other) =>
      other.inherits.some((parent) => labelOf(parent) === labelOf(named)),
    );
  if (inherits || table.kind === 'partition') return true;
  if (operation.kind === 'add_column') {
    const domain = [...before.domains.values()].find((one) => labelOf(one) === operation.type);
    return domain !== undefined && (domain.notNull || domain.checks.length > 0);
  }
  const primary = table.indexes.some((index) => index.primary);
  if (operation.kind === 'replace_primary_key') return !primary;
  return table.kind === 'partitioned table' && NOT_PARTITIONED.has(operation.kind);
}

/** Without the drop of a primary key that is replaced: `replace_primary_key` takes the old one away. */
function withoutReplacedKeys(operations: readonly Operation[], before: Memory): readonly Operation[] {
  const replaced = operations.flatMap((one) =>
    one.kind === 'replace_primary_key' ? [labelOf(one.table)] : [],
  );
  return operations.filter((one) => {
    if (one.kind !== 'drop_constraint' || !replaced.includes(labelOf(one.table))) return true;
    const indexes = before.tables.get(labelOf(one.table))?.indexes ?? [];
    return !indexes.some(({ primary, name }) => primary && name === one.constraint);
  });
}

/** Operations that an ordinary table alone can have. */
const NOT_PARTITIONED: ReadonlySet<OperationKind> = new Set([
  'add_index',
  'add_unique',
  'add_check',
  'add_foreign_key',
  'drop_index',
  'drop_table',
  'replace_primary_key',
]);

const cascades = ({ node }: Judged): boolean => {
  let found = false;
  walkTree({ root: node }, (_, child) => {
    if (child.behavior === 'DROP_CASCADE') found = true;
  });
  return found;
};

/**
 * The statement as operations of Segue, one to a line of an operations file; null where none covers all of it, or where it is
 * only passed on. A value that the statement does not give stands as '…'.
 */
export function operationFix(statement: Judged, scene: Scene): string | null {
  const outcomes = readStatement(
    {
      ...scene,
      name: 'lint',
      start: scene.before,
      text: statement.text,
      source: sourceText(statement.text, statement.base ?? 0),
    },
    statement.kind,
    statement.node,
  ).filter(({ kind }) => kind !== 'nothing');
  const operations = outcomes.flatMap((outcome): Operation[] => {
    if (outcome.kind !== 'operation') return [];
    return [
      outcome.needs.reduce(
        (operation, { question, apply }) => apply(operation, question.suggestion ?? OPEN),
        outcome.operation,
      ),
    ];
  });
  if (operations.some((operation) => isOutOfReach(operation, scene.before)) || cascades(statement))
    return null;
  const own = operations.some((one) => one.kind !== 'free_sql' || ['contract', 'purge'].includes(one.phase));
  if (!own || operations.length < outcomes.length) return null;
  const lines = withoutReplacedKeys(operations, scene.before).map(operationYaml);
  return lines.join('').includes(OPEN)
    ? [`# ${OPEN} stands for the value of rows that have none`, ...lines].join('\n')
    : lines.join('\n');
}
