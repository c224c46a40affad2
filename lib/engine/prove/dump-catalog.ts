import type postgres from 'postgres';
import { DUMP_QUERY } from './dump-query';

/**
 * The catalog of some schemas, or of all of the application, as sorted lines: one for each relation, column, constraint, index,
 * sequence, type, function, view, policy, with owner, rights and comment. Two databases whose lines are equal have the same schema,
 * column order apart. Names are written with their schema.
 */
export async function dumpCatalog(
  sql: postgres.Sql,
  schemas: readonly string[] | null = null,
): Promise<string[]> {
  return sql.begin('read only', async (tx) => {
    await tx`SET LOCAL search_path = pg_catalog`;
    const rows = await tx.unsafe<{ line: string }[]>(DUMP_QUERY, [schemas?.join(',') ?? null]);
    return rows.map((row) => row.line);
  }) as Promise<string[]>;
}
