import {
  identifierBytes,
  MAX_IDENTIFIER_BYTES,
  quoteIdent,
  quoteName,
  type RelationName,
} from '@/lib/core/sql-text';
import { buildsIn, listed, type PreflightQuestion } from './question';

/** As PostgreSQL cuts it: at 63 bytes, without splitting a character. */
function cutName(name: string): string {
  let cut = name;
  while (identifierBytes(cut) > MAX_IDENTIFIER_BYTES) cut = cut.slice(0, -1);
  return cut;
}

/** Names that the phase gives and that something else bears, after PostgreSQL's cut at 63 bytes. */
export const nameCollisions: PreflightQuestion = {
  id: 'preflight.names',
  title: 'The names that the phase gives are free',
  ask: async (scope) => {
    const { target, phase, direction } = scope;
    const indexes = buildsIn(scope).map(({ table, name }) => ({ table, name: cutName(name) }));
    const columns = phase.steps.flatMap((step) => {
      if (step.retires === undefined) return [];
      const { table, column, retiredName } = step.retires;
      if (direction === 'forward') return [{ table, name: cutName(retiredName) }];
      // Where names were swapped the column's own name is in use, by the new one: the way back gives another.
      const returns = step.undo.some((statement) => statement.endsWith(` TO ${quoteIdent(column)}`));
      return returns ? [{ table, name: column }] : [];
    });
    if (indexes.length + columns.length === 0) return null;
    const schemas = indexes.map(({ table }) => table.schema);
    const taken = await target.sql<{ name: string; by: string }[]>`
      SELECT c.relname::text AS name, pg_describe_object('pg_class'::regclass, c.oid, 0) AS by
      FROM unnest(${schemas}::text[], ${indexes.map(({ name }) => name)}::text[], ${tablesOf(indexes)}::text[]) w (schema, name, on_table)
      JOIN pg_namespace n ON n.nspname = w.schema JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = w.name
      WHERE NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indexrelid = c.oid AND i.indrelid = to_regclass(w.on_table))
      UNION ALL
      SELECT a.attname::text, 'a column of ' || w.on_table
      FROM unnest(${columns.map(({ name }) => name)}::text[], ${tablesOf(columns)}::text[]) w (name, on_table)
      JOIN pg_attribute a ON a.attrelid = to_regclass(w.on_table) AND a.attname = w.name AND NOT a.attisdropped`;
    if (taken.length === 0) return null;
    return {
      outcome: 'fail',
      summary: `${listed(taken.map(({ name, by }) => `${name} is taken by ${by}`))}. Rename or drop it first.`,
      evidence: taken.map((row) => ({ ...row })),
    };
  },
};

function tablesOf(objects: readonly { readonly table: RelationName }[]): string[] {
  return objects.map(({ table }) => quoteName(table));
}
