import type { DeployNote, DeployTool } from '@/lib/core/plan';
import { quoteName, type RelationName } from '@/lib/core/sql-text';

/** What the application must ship before a rule binds it: code that writes fitting rows only. */
export function constraintNote(input: {
  readonly table: RelationName;
  readonly name: string;
  /** "has one row for each email": what every row must be like. */
  readonly rule: string;
  /** Condition over `t` of rows that break it; null where a row alone cannot tell. */
  readonly broken: string | null;
  readonly code: Record<DeployTool, string>;
}): DeployNote {
  const { table, name, rule } = input;
  const query =
    input.broken === null
      ? `SELECT 1 FROM pg_constraint WHERE conname = '${name.replaceAll("'", "''")}' AND NOT convalidated`
      : `SELECT 1 FROM ${quoteName(table)} AS t WHERE ${input.broken} LIMIT 1`;
  return {
    title: `Write only rows of ${table.name} that fit ${name}`,
    text: `From the first step on, PostgreSQL refuses a write that breaks the rule: ${rule}. Deploy the version that keeps to it, and that handles the error, first.`,
    question: `Does every running version keep to the rule: ${rule}?`,
    code: input.code,
    test: `import { expect, it } from 'vitest'
import { db } from './db' // your own: db.query(sql, values) → { rows }

it('writes only rows that fit ${name.replaceAll("'", "\\'")}', async () => {
  const { rows } = await db.query(${JSON.stringify(query)})
  expect(rows).toHaveLength(0)
})`,
  };
}
