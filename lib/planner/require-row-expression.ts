import { SegueError } from '@/lib/core/errors';
import { type Expression, parseExpression } from '@/lib/sql/expression';
import type { Catalog, TableInfo } from './catalog';

/** Refuses what may not stand in an expression that runs once per row inside a trigger. */
export function requireRowExpression(
  catalog: Catalog,
  table: TableInfo,
  text: string,
  allowed: readonly string[] | 'any column',
  purpose: string,
): void {
  const parsed = parseExpression(text);
  const bad = (why: string, next: string): never => {
    throw new SegueError('bad_expression', `The ${purpose} expression ${text} ${why}.`, {
      object: text,
      next,
    });
  };
  if (parsed.readsUser && (purpose === 'value' || purpose === 'value for NULL'))
    bad(
      'reads current_user, which is the owner of the function where a trigger fills a row',
      'Write session_user, who logged in, or a constant.',
    );
  if (parsed.hasSubquery && purpose !== 'value')
    bad('contains a subquery', 'Use only the columns of the row itself.');
  if (parsed.hasSubquery) {
    const bare = parsed.reads.find(({ schema }) => schema === null);
    if (bare !== undefined)
      bad(`reads "${bare.name}" without its schema`, `Write it with its schema: public.${bare.name}.`);
    // Which of its columns are the row's own is PostgreSQL's to say: it is asked before the plan is shown.
    return;
  }
  for (const column of parsed.columns) {
    if (column.qualifier !== null && column.qualifier !== table.name)
      bad(
        `names "${column.qualifier}", which is not "${table.name}"`,
        'Use only the columns of the row itself.',
      );
    const known =
      allowed === 'any column'
        ? table.columns.some((candidate) => candidate.name === column.name)
        : allowed.includes(column.name);
    if (!known)
      bad(
        `names the column "${column.name}", which cannot be used here`,
        allowed === 'any column'
          ? `Columns of "${table.name}" can be used.`
          : `Only ${allowed.map((name) => `"${name}"`).join(', ')} can be used.`,
      );
  }
  if (purpose === 'up' || purpose === 'down' || purpose === 'value for NULL') {
    const volatile = parsed.functions.find((name) => (catalog.functions[name] ?? 'volatile') === 'volatile');
    if (volatile !== undefined && !catalog.assumed)
      bad(
        `calls ${volatile}(), which is volatile or unknown`,
        'A conversion must give the same result each time; write functions of your own with their schema.',
      );
    if (parsed.readsClock || parsed.functions.includes('now'))
      bad('reads the clock', 'A conversion must give the same result each time.');
  }
}

/**
 * Refuses a value that reads a generated column of the row itself: PostgreSQL computes those after the triggers. In a subquery a
 * name without the table's may be another table's.
 */
export function requireWrittenColumns(table: Pick<TableInfo, 'name' | 'columns'>, value: Expression): void {
  const own = value.columns.filter(({ qualifier }) => qualifier === table.name || !value.hasSubquery);
  const generated = table.columns.find(
    (column) => column.generated !== null && own.some(({ name }) => name === column.name),
  );
  if (generated === undefined) return;
  throw new SegueError(
    'bad_expression',
    `The value expression ${value.text} reads the generated column "${generated.name}", which has no value yet when a trigger fills a row.`,
    { object: value.text, next: `Write what "${generated.name}" is generated from in its place.` },
  );
}
