import { parseSync } from 'libpg-query';
import { SegueError } from '@/lib/core/errors';
import { quoteIdent } from '@/lib/core/sql-text';
import { nodeOf, nodesOf } from './ast';
import { parseExpression } from './expression';
import { stringsOf, walkTree } from './parse-tree';
import { sourceText } from './source-text';

/** The parts of an UPDATE, as they are written in an operations file. */
export interface UpdateText {
  /** The row's name in the other parts. */
  readonly alias: string;
  readonly set: string;
  readonly from: string | null;
  readonly where: string | null;
}

/** An UPDATE taken apart. */
export interface UpdateParts {
  /** Columns with their new values as SQL; null: DEFAULT. */
  readonly sets: readonly { readonly column: string; readonly value: string | null }[];
  /** Relations that subqueries and FROM read; schema null where none is written. */
  readonly reads: readonly { readonly schema: string | null; readonly name: string }[];
  /** Names of columns in all expressions, wherever they belong. */
  readonly mentions: readonly string[];
  readonly readsClock: boolean;
}

function bad(text: string, field: string, why: string, next: string, cause?: unknown): never {
  throw new SegueError('bad_expression', `${text} ${why}.`, {
    object: text,
    next,
    evidence: { field },
    cause,
  });
}

/** The one UPDATE that a text is; refused with the field's name where it is anything else. */
function updateOf(source: string, text: string, field: string) {
  const next =
    field === 'set'
      ? 'Write what stands behind SET: a = lower(a), b = 1.'
      : 'Write what stands behind FROM: accounts, or (SELECT …) AS found.';
  let statements: ReturnType<typeof parseSync>['stmts'];
  try {
    statements = parseSync(source).stmts;
  } catch (error) {
    return bad(text, field, `is not valid SQL: ${error instanceof Error ? error.message : ''}`, next, error);
  }
  const update = statements?.length === 1 ? nodeOf(statements[0]?.stmt, 'UpdateStmt') : undefined;
  if (update === undefined || update.whereClause !== undefined || update.returningClause !== undefined)
    return bad(text, field, 'is more than it may be', next);
  if (field === 'set' && update.fromClause !== undefined)
    return bad(text, field, 'has a FROM', 'Write it under from.');
  return update;
}

/** One item of a SET list; its value as it is written. */
const ITEM = /^(?:"(?:[^"]|"")*"|[^\s=]+)\s*=\s*/;

/**
 * Takes an UPDATE apart by PostgreSQL's own grammar. Each part is parsed for itself, so that its text can stand in another
 * statement. Throws `bad_expression` with the field that is wrong.
 */
export function updateParts({ alias, set, from, where }: UpdateText): UpdateParts {
  const head = `UPDATE t AS ${quoteIdent(alias)} SET `;
  const source = `${head}${set}\n`;
  const update = updateOf(source, set, 'set');
  const text = sourceText(source, 0);
  const sets = nodesOf(update.targetList, 'ResTarget').map((target) => {
    const column = target.name ?? '';
    if (target.indirection !== undefined)
      bad(set, 'set', `sets a part of "${column}"`, 'Set the whole value: col = jsonb_set(col, …).');
    if (nodeOf(target.val, 'MultiAssignRef') !== undefined)
      bad(set, 'set', 'sets several columns at once', 'Set them one by one: a = …, b = ….');
    if (nodeOf(target.val, 'SetToDefault') !== undefined) return { column, value: null };
    return { column, value: text.expressionAfter(target.location ?? 0).replace(ITEM, '') };
  });
  const trees: unknown[] = [update.targetList];
  if (from !== null)
    trees.push(
      updateOf(`UPDATE t AS ${quoteIdent(alias)} SET a = 1 FROM ${from}\n`, from, 'from').fromClause,
    );
  if (where !== null) {
    parseExpression(where);
    trees.push(parseSync(`SELECT (${where}\n)`));
  }
  const reads = new Map<string, UpdateParts['reads'][number]>();
  const mentions = new Set<string>();
  let readsClock = false;
  walkTree(trees, (kind, node) => {
    if (typeof node.relname === 'string') {
      const schema = typeof node.schemaname === 'string' && node.schemaname !== '' ? node.schemaname : null;
      reads.set(`${schema ?? ''}.${node.relname}`, { schema, name: node.relname });
    }
    if (kind === 'ColumnRef') mentions.add(stringsOf(node.fields).at(-1) ?? '*');
    if (kind === 'SQLValueFunction') readsClock = true;
    if (
      kind === 'FuncCall' &&
      /^(now|clock_timestamp|transaction_timestamp|statement_timestamp)$/.test(
        stringsOf(node.funcname).at(-1) ?? '',
      )
    )
      readsClock = true;
  });
  return { sets, reads: [...reads.values()], mentions: [...mentions], readsClock };
}
