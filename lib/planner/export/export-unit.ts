import type { KeyColumn } from '@/lib/core/plan';
import { quoteIdent, quoteLiteral, quoteName, type RelationName } from '@/lib/core/sql-text';
import { functionBody } from '../sync/function-body';

/** A file of an export. The path is relative to its folder, with forward slashes. */
export interface ExportFile {
  readonly path: string;
  readonly text: string;
}

/** What is run as one: a transaction, or statements each by itself. One that fails has changed nothing that running it again minds. */
export interface ExportUnit {
  /** For its file's name. */
  readonly slug: string;
  readonly title: string;
  readonly impact: string | null;
  readonly statements: readonly string[];
  readonly transaction: boolean;
  /** May stand in a migration beside others: short, catalog only. */
  readonly brief: boolean;
}

/** How long a statement of an export waits for a lock: Segue would begin with less and try again by itself. */
export const LOCK_TIMEOUT = '400ms';

/** A plpgsql block that is run as it is written. A column may have the name of a variable, of `found` too: in a query it is the column. */
export const block = (declarations: readonly string[], body: string): string =>
  `DO ${functionBody(`#variable_conflict use_column\n${declarations.length === 0 ? '' : `DECLARE\n${declarations.map((line) => `  ${line};`).join('\n')}\n`}BEGIN\n${body}\nEND`)}`;

/** A text inside RAISE: its format takes % for a value. */
export const raise = (level: 'EXCEPTION' | 'NOTICE', message: string): string =>
  `RAISE ${level} ${quoteLiteral(message.replaceAll('%', '%%'))};`;

export const rowsOf = (table: RelationName): string => `${quoteName(table)} AS t`;

/** The key of row `t` as Segue records it. */
export const keyObject = (key: readonly KeyColumn[]): string =>
  `pg_catalog.jsonb_build_object(${key.map(({ name }) => `${quoteLiteral(name)}, t.${quoteIdent(name)}`).join(', ')})`;
