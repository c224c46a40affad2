import { createHash } from 'node:crypto';
import type { Operation } from '@/lib/core/operation';
import type { RelationName } from '@/lib/core/sql-text';
import type { MemoryTable } from '../memory-catalog/memory';
import { labelOf } from '../memory-catalog/memory';
import type { Need } from './part';

/** A value for rows that have none: the operation's `value`. */
export function askForValue(label: string, text: string, suggestion: string | null = null): Need {
  return {
    question: { id: `value:${label}`, kind: 'value', text, options: [], suggestion, required: true },
    apply: (operation, answer) =>
      operation.kind === 'add_column' || operation.kind === 'set_not_null'
        ? { ...operation, value: answer }
        : operation,
  };
}

/** Something harmless of a type, for rows whose column is about to go; null where nothing fits every type's rules. */
function neutralValue(type: string, unique: boolean): string | null {
  if (/^(text|character varying|character)\b/.test(type))
    return unique ? 'gen_random_uuid()::text' : type.startsWith('text') ? "''" : `''::${type}`;
  if (type === 'uuid') return 'gen_random_uuid()';
  if (unique) return null;
  if (/^(smallint|integer|bigint|numeric|real|double precision)\b/.test(type)) return '0';
  if (type === 'boolean') return 'false';
  if (/^(timestamp|date)/.test(type)) return 'now()';
  if (type === 'jsonb' || type === 'json') return `'{}'::${type}`;
  return type.endsWith('[]') ? `'{}'::${type}` : null;
}

/** Another value than the one that the file gives to every row of a column that it makes unique. */
export function askForUniqueValue(table: RelationName, column: string, type: string): Need {
  const label = `${labelOf(table)}.${column}`;
  return askForValue(
    label,
    `${label} is to be unique, and the file gives every row the same value, so that the second one is refused: what do rows get?`,
    neutralValue(type, true),
  );
}

/** What old code finds in a dropped column of rows that new code wrote: asked only where nothing harmless is known. */
export function needRestore(table: MemoryTable, before: MemoryTable, column: string): Need[] {
  const old = table.columns.find(({ name }) => name === column);
  if (old === undefined || !old.notNull || old.default !== null) return [];
  if (old.generated !== null || old.identity !== null) return [];
  const label = `${labelOf(table)}.${column}`;
  const references = before.foreignKeys.some(({ columns }) => columns.includes(column));
  const checked = before.checks.some(({ columns }) => columns.includes(column));
  // What the file drops before it is there until the end.
  const unique = before.indexes.some(
    (index) => index.unique && index.columns.some(({ name }) => name === column),
  );
  const suggestion = references || checked ? null : neutralValue(old.type, unique);
  return [
    {
      question: {
        id: `restore:${label}`,
        kind: 'value',
        text: `${label} is NOT NULL: what does old code find there, until it is gone, in rows that new code writes?`,
        options: [],
        suggestion,
        required: suggestion === null,
      },
      apply: (operation: Operation, answer: string): Operation =>
        operation.kind === 'drop_column' ? { ...operation, restore: answer } : operation,
    },
  ];
}

/** What stands for "nothing": the statement may stay done when the change is taken back. */
const NOTHING = 'nothing';

/** How a statement is undone that does not tell it itself. The statement's own text tells apart several on one object. */
export function askForWayBack(
  what: string,
  statement: string,
  text: string,
  prepare: (sql: string) => string,
): Need {
  const mark = createHash('sha256').update(statement.replace(/\s+/g, ' ').trim()).digest('hex').slice(0, 6);
  return {
    question: {
      id: `way-back:${what}:${mark}`,
      kind: 'way-back',
      text: `${text} Give the SQL, or "${NOTHING}" if it may stay done.`,
      options: [],
      suggestion: null,
      required: true,
    },
    apply: (operation, answer) =>
      operation.kind === 'free_sql'
        ? { ...operation, down: answer.trim() === NOTHING ? 'SELECT 1' : prepare(answer), lossless: false }
        : operation,
  };
}
