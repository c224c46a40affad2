import { parsePlPgSQLSync, parseSync, SqlError } from 'libpg-query';
import { walkTree } from '../parse-tree';
import type { Place } from './line-index';

/** A statement inside a DO block. */
export interface BlockStatement extends Place {
  readonly text: string;
  readonly kind: string;
  readonly node: Readonly<Record<string, unknown>>;
  /** It runs only when this is true, or again and again; null: once, always. */
  readonly condition: string | null;
  /** SQLSTATE names that an exception handler around it swallows. */
  readonly tolerates: readonly string[];
}

/** The body of a DO block. */
export interface CodeBlock {
  readonly statements: readonly BlockStatement[];
  /** Code that cannot be known before it runs: SQL put together at run time, another language. */
  readonly opaque: readonly (Place & { readonly text: string })[];
}

/** Stands for a condition that is not one expression. */
const UNKNOWN = 'a condition';

interface Surroundings {
  readonly condition: string | null;
  readonly tolerates: readonly string[];
}

type Tree = Readonly<Record<string, unknown>>;
const asTree = (value: unknown): Tree | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Tree) : null;
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function queryOf(expression: unknown): string | null {
  const query = asTree(asTree(expression)?.PLpgSQL_expr)?.query;
  return typeof query === 'string' ? query : null;
}

function parsed(text: string): { kind: string; node: Tree }[] | null {
  try {
    return (parseSync(text).stmts ?? []).map((raw) => {
      const [[kind, node] = ['', {}]] = Object.entries(raw.stmt ?? {});
      return { kind, node: node as Tree };
    });
  } catch (error) {
    if (error instanceof SqlError || error instanceof Error) return null;
    throw error;
  }
}

/** The text that EXECUTE runs, where it is a constant. */
function constantText(expression: string): string | null {
  const tree = parsed(`SELECT ${expression}`);
  const [target] = listOf(tree?.[0]?.node.targetList);
  const constant = asTree(asTree(asTree(asTree(target)?.ResTarget)?.val)?.A_Const);
  const text = asTree(constant?.sval)?.sval;
  return typeof text === 'string' ? text : null;
}

function bodyOf(node: Tree): { body: string; language: string } {
  let body = '';
  let language = 'plpgsql';
  walkTree({ args: node.args }, (kind, child) => {
    const value = asTree(asTree(child.arg)?.String)?.sval;
    if (kind !== 'DefElem' || typeof value !== 'string') return;
    if (child.defname === 'as') body = value;
    if (child.defname === 'language') language = value.toLowerCase();
  });
  return { body, language };
}

const conditionsOf = (exceptions: unknown): string[] => {
  const names: string[] = [];
  walkTree({ exceptions }, (kind, child) => {
    if (kind === 'PLpgSQL_condition' && typeof child.condname === 'string') names.push(child.condname);
  });
  return names;
};

/** Opens a DO block: the statements in it with their place in the file and what surrounds them. */
export function readDoBlock(
  node: Tree,
  text: string,
  start: number,
  end: number,
  placeAt: (offset: number) => Place,
): CodeBlock {
  const { body, language } = bodyOf(node);
  const found = text.indexOf(body, start);
  // A body in single quotes may stand there with its quotes doubled: then only the block's own place is known.
  const from = found >= 0 && found < end ? found : null;
  const statements: BlockStatement[] = [];
  const opaque: (Place & { text: string })[] = [];
  let last = 0;
  const placeOf = (query: string): Place => {
    const at = from === null ? -1 : body.indexOf(query, last);
    if (at >= 0) last = at;
    return placeAt(from === null || at < 0 ? start : from + at);
  };
  const add = (query: string, shown: string, around: Surroundings): void => {
    const inner = parsed(query);
    const place = placeOf(shown);
    if (inner === null) opaque.push({ ...place, text: shown });
    else for (const each of inner) statements.push({ ...place, ...each, text: query, ...around });
  };
  const visit = (value: unknown, around: Surroundings): void => {
    for (const item of listOf(value)) visit(item, around);
    const tree = asTree(value);
    if (tree === null) return;
    for (const [kind, child] of Object.entries(tree)) {
      const inner = asTree(child);
      if (kind === 'PLpgSQL_stmt_execsql' || kind === 'PLpgSQL_stmt_perform') {
        const query = queryOf(inner?.sqlstmt ?? inner?.expr);
        if (query !== null) add(query, query, around);
      } else if (kind === 'PLpgSQL_stmt_dynexecute') {
        const query = queryOf(inner?.query) ?? '';
        const constant = constantText(query);
        if (constant === null) opaque.push({ ...placeOf(query), text: query });
        else add(constant, query, around);
      } else if (kind === 'PLpgSQL_stmt_if') {
        const condition = queryOf(inner?.cond) ?? UNKNOWN;
        const under = (one: string): Surroundings => ({
          ...around,
          condition: around.condition === null ? one : `(${around.condition}) AND (${one})`,
        });
        visit(inner?.then_body, under(condition));
        visit(inner?.elsif_list, under(UNKNOWN));
        visit(inner?.else_body, under(inner?.elsif_list === undefined ? `NOT (${condition})` : UNKNOWN));
      } else if (/^PLpgSQL_stmt_(case|while|loop|for|dynfors)/.test(kind))
        visit(inner === null ? [] : Object.values(inner), { ...around, condition: 'a loop' });
      else if (kind === 'PLpgSQL_stmt_block') {
        const tolerates = [...around.tolerates, ...conditionsOf(inner?.exceptions)];
        visit(inner?.body, { ...around, tolerates });
        visit(inner?.exceptions, { ...around, condition: 'an error' });
      } else if (inner !== null || Array.isArray(child)) visit(child, around);
    }
  };
  const code = language === 'plpgsql' ? parsePlPgSQL(body) : null;
  if (code === null) opaque.push({ ...placeAt(start), text: body.trim() });
  else visit(code, { condition: null, tolerates: [] });
  return { statements, opaque };
}

function parsePlPgSQL(body: string): unknown {
  let tag = '$body$';
  for (let n = 0; body.includes(tag); n += 1) tag = `$body${n}$`;
  try {
    const source = `CREATE FUNCTION block() RETURNS void LANGUAGE plpgsql AS ${tag}${body}${tag}`;
    const tree = asTree(parsePlPgSQLSync(source));
    const functions = listOf(tree?.plpgsql_funcs);
    return functions.map((each) => asTree(asTree(each)?.PLpgSQL_function)?.action);
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
}
