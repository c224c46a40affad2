import { parseSync, scanSync } from 'libpg-query';
import { walkTree } from './parse-tree';
import type { Statement } from './statements';

/** What statements name, to tell whether another change has to do with them. */
export interface StatementNames {
  /** Every word in them that could be a name, strings included: what is not among them is not named. */
  readonly words: ReadonlySet<string>;
  /** Tables all of whose columns are read or written without naming them: `*`, or an INSERT without a list. */
  readonly everyColumnOf: readonly string[];
  /** An INSERT with ON CONFLICT. */
  readonly upserts: boolean;
}

/** Quoted, or folded as PostgreSQL folds it. */
const nameOf = (text: string): string =>
  text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text.toLowerCase();

/** The names in statements, read generously. Pure. Throws what the parser throws. */
export function statementNames(statements: readonly Statement[]): StatementNames {
  const words = new Set<string>();
  const everyColumnOf = new Set<string>();
  let upserts = false;
  for (const { text, relations } of statements) {
    for (const token of scanSync(text).tokens) {
      if (/^(--|\/\*)/.test(token.text)) continue;
      words.add(nameOf(token.text));
      // Bodies and dynamic SQL stand in strings.
      if (/^(['$]|[eEuUnN]&?')/.test(token.text))
        for (const [word] of token.text.matchAll(/[\p{L}_][\p{L}\p{N}_$]*/gu)) words.add(word);
    }
    walkTree(parseSync(text).stmts, (kind, node) => {
      if (kind === 'A_Star') for (const { name } of relations) everyColumnOf.add(name);
      if (kind === 'onConflictClause') upserts = true;
      if (kind !== 'InsertStmt' || node.cols !== undefined) return;
      const target = node.relation as { readonly relname?: string } | undefined;
      if (target?.relname !== undefined) everyColumnOf.add(target.relname);
    });
  }
  return { words, everyColumnOf: [...everyColumnOf], upserts };
}
