import { parseSync } from 'libpg-query';
import type { RelationName } from '@/lib/core/sql-text';
import { spanEnd } from './expression';
import { stringsOf } from './parse-tree';

/** What is to be replaced in a view, and by what. */
export interface ViewColumn {
  readonly table: RelationName;
  readonly column: string;
  /** SQL in the column's place; gets the table's alias, quoted and with its dot, or ''. */
  readonly replacement: (qualifier: string) => string;
  /** The column's name as SQL, for a select list that has no alias. */
  readonly alias: string;
}

type Node = Record<string, unknown>;
/** Range items of one query level: alias → whether it is the table itself. */
type Scope = Map<string, boolean>;

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The view reads the column in a way in which a replacement would not be certain to mean the same. */
class CannotTell extends Error {}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const child = (node: Node, key: string): Node | null => {
  const value = node[key];
  return isNode(value) ? value : null;
};
const listOf = (node: Node, key: string): unknown[] => {
  const value = node[key];
  return Array.isArray(value) ? value : [];
};

/** Walks one definition, level by level, as PostgreSQL resolves names: the innermost query first. */
class Rewriter {
  readonly edits: Edit[] = [];
  private readonly source: string;
  private readonly what: ViewColumn;

  constructor(source: string, what: ViewColumn) {
    this.source = source;
    this.what = what;
  }

  select(statement: Node, outer: readonly Scope[]): void {
    for (const cte of listOf(child(statement, 'withClause') ?? {}, 'ctes')) {
      const query = isNode(cte) ? child(child(cte, 'CommonTableExpr') ?? {}, 'ctequery') : null;
      const inner = query === null ? null : child(query, 'SelectStmt');
      if (inner !== null) this.select(inner, outer);
    }
    const [left, right] = [child(statement, 'larg'), child(statement, 'rarg')];
    if (left !== null && right !== null) {
      // The ORDER BY of a UNION names output columns only.
      this.select(left, outer);
      this.select(right, outer);
      return;
    }
    const scope: Scope = new Map();
    const scopes = [scope, ...outer];
    for (const item of listOf(statement, 'fromClause')) this.range(item, scope, scopes);
    for (const target of listOf(statement, 'targetList')) this.target(target, scopes);
    for (const key of Object.keys(statement))
      if (!['fromClause', 'targetList', 'withClause'].includes(key)) this.expression(statement[key], scopes);
  }

  private range(item: unknown, scope: Scope, scopes: readonly Scope[]): void {
    if (!isNode(item)) return;
    const variable = child(item, 'RangeVar');
    const join = child(item, 'JoinExpr');
    const query = child(item, 'RangeSubselect');
    if (variable !== null) this.relation(variable, scope);
    else if (join !== null) {
      this.range(join.larg, scope, scopes);
      this.range(join.rarg, scope, scopes);
      const merges = stringsOf(join.usingClause).includes(this.what.column) || join.isNatural === true;
      if ((merges || child(join, 'alias') !== null) && [...scope.values()].includes(true))
        throw new CannotTell();
      this.expression(join.quals, scopes);
    } else if (query !== null) {
      const inner = child(child(query, 'subquery') ?? {}, 'SelectStmt');
      if (inner !== null) this.select(inner, query.lateral === true ? scopes : scopes.slice(1));
      this.name(query, scope);
    } else {
      this.expression(item, scopes);
      for (const value of Object.values(item)) if (isNode(value)) this.name(value, scope);
    }
  }

  private relation(variable: Node, scope: Scope): void {
    const { table } = this.what;
    const alias = child(variable, 'alias');
    const ours = variable.schemaname === table.schema && variable.relname === table.name;
    if (ours && alias !== null && listOf(alias, 'colnames').length > 0) throw new CannotTell();
    scope.set(String(alias?.aliasname ?? variable.relname), ours);
  }

  private name(node: Node, scope: Scope): void {
    const alias = child(node, 'alias');
    if (alias !== null) scope.set(String(alias.aliasname), false);
  }

  private target(target: unknown, scopes: readonly Scope[]): void {
    const result = isNode(target) ? child(target, 'ResTarget') : null;
    const value = result === null ? null : child(result, 'val');
    const reference = value === null ? null : child(value, 'ColumnRef');
    if (reference === null || result?.name !== undefined) this.expression(value ?? target, scopes);
    else this.column(reference, scopes, ` AS ${this.what.alias}`);
  }

  private expression(value: unknown, scopes: readonly Scope[]): void {
    if (Array.isArray(value)) {
      for (const item of value) this.expression(item, scopes);
      return;
    }
    if (!isNode(value)) return;
    for (const [kind, inner] of Object.entries(value)) {
      if (kind === 'ColumnRef' && isNode(inner)) this.column(inner, scopes, '');
      else if (kind === 'SelectStmt' && isNode(inner)) this.select(inner, scopes);
      else this.expression(inner, scopes);
    }
  }

  private column(reference: Node, scopes: readonly Scope[], suffix: string): void {
    const names = stringsOf(reference.fields);
    const [first = '', second] = names;
    if (listOf(reference, 'fields').length > names.length) {
      // alias.*, the whole row.
      if (scopes.some((scope) => scope.get(first) === true)) throw new CannotTell();
      return;
    }
    if (names.length > 2) throw new CannotTell();
    if ((second ?? first) !== this.what.column) return;
    const [innermost = new Map<string, boolean>()] = scopes;
    if (second === undefined) {
      // PostgreSQL writes the alias wherever a level reads more than one relation.
      if (innermost.size === 1 && [...innermost.values()][0] === true) this.replace(reference, 1, '', suffix);
      else if (scopes.some((scope) => [...scope.values()].includes(true))) throw new CannotTell();
      return;
    }
    const holder = scopes.find((scope) => scope.has(first));
    if (holder?.get(first) === true) {
      const start = Number(reference.location ?? 0);
      const bytes = Buffer.from(this.source, 'utf8');
      const written = bytes.subarray(start, spanEnd(this.source, start, 1)).toString('utf8');
      this.replace(reference, 2, `${written}.`, suffix);
    }
  }

  private replace(reference: Node, parts: number, qualifier: string, suffix: string): void {
    const start = Number(reference.location ?? 0);
    const end = spanEnd(this.source, start, parts);
    this.edits.push({ start, end, text: `${this.what.replacement(qualifier)}${suffix}` });
  }
}

/**
 * The definition of a view, as pg_get_viewdef prints it under an empty search_path, with one column of one table replaced;
 * names and types of its output stay. null where that is not certain: the whole row is read, or a join merges the column.
 */
export function rewriteView(definition: string, what: ViewColumn): string | null {
  const statement = parseSync(definition).stmts?.[0]?.stmt;
  const select = isNode(statement) ? child(statement, 'SelectStmt') : null;
  if (select === null) return null;
  const rewriter = new Rewriter(definition, what);
  try {
    rewriter.select(select, []);
  } catch (error) {
    if (error instanceof CannotTell) return null;
    throw error;
  }
  const bytes = Buffer.from(definition, 'utf8');
  const parts: Buffer[] = [];
  let from = 0;
  for (const edit of rewriter.edits.sort((a, b) => a.start - b.start)) {
    parts.push(bytes.subarray(from, edit.start), Buffer.from(edit.text, 'utf8'));
    from = edit.end;
  }
  return Buffer.concat([...parts, bytes.subarray(from)]).toString('utf8');
}
