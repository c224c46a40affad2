import { randomBytes } from 'node:crypto';
import type postgres from 'postgres';
import { sqlStateOf } from '../target';

/** A lane walks one relation at a time, each pass with statements of its own. */
const MOST_STATEMENTS = 32;
/** invalid_sql_statement_name */
const NOT_PREPARED = '26000';

/** Statements that are parsed and planned once in a session, by their text. */
export interface PreparedStatements {
  /**
   * Prepares what is not prepared yet, then calls `run` with the statements' names, in the order of `texts`. Where the session has
   * become another one (a connection that was lost, a pooler that cleans up), they are prepared again and `run` is
   * called once more: it must have no effect when it throws.
   */
  run<T>(texts: readonly string[], run: (names: readonly string[]) => Promise<T>): Promise<T>;
}

/** `sql` is one connection at most. `settings` are statements that hold while one is prepared, for it locks what it names. */
export function preparedStatements(sql: postgres.Sql, settings: string): PreparedStatements {
  const names = new Map<string, string>();
  // A pooler may hand on a session in which somebody else's are still there.
  const prefix = `segue_${randomBytes(4).toString('hex')}`;
  let count = 0;

  const prepare = async (texts: readonly string[]): Promise<void> => {
    const missing = texts.filter((text) => !names.has(text));
    if (missing.length === 0) return;
    const old = [...names.keys()]
      .filter((text) => !texts.includes(text))
      .slice(0, Math.max(0, names.size + missing.length - MOST_STATEMENTS));
    const made = missing.map((text) => {
      count += 1;
      return { text, name: `${prefix}_${count}` };
    });
    await sql.unsafe(
      [
        settings,
        ...old.map((text) => `DEALLOCATE ${names.get(text)}`),
        ...made.map(({ text, name }) => `PREPARE ${name} AS ${text}`),
      ].join('; '),
    );
    for (const text of old) names.delete(text);
    for (const { text, name } of made) names.set(text, name);
  };
  const attempt = async <T>(
    texts: readonly string[],
    run: (found: readonly string[]) => Promise<T>,
  ): Promise<T> => {
    await prepare(texts);
    return run(texts.map((text) => names.get(text) ?? ''));
  };
  return {
    run: async (texts, run) => {
      try {
        return await attempt(texts, run);
      } catch (error) {
        if (sqlStateOf(error) !== NOT_PREPARED) throw error;
        names.clear();
        return attempt(texts, run);
      }
    },
  };
}
