import { parseSync } from 'libpg-query';
import { stringsOf, walkTree } from './parse-tree';

interface Named {
  readonly schema: string | null;
  readonly name: string;
}

/** A relation that a statement takes rows or values from. */
export interface RowSource {
  readonly relation: Named;
  /** Columns of it that may be read; null: any. */
  readonly columns: readonly string[] | null;
}

/** An INSERT, UPDATE or MERGE, wherever in a statement it stands, with what it takes from tables. */
export interface RowMove {
  readonly does: 'insert' | 'update';
  readonly target: Named;
  readonly sources: readonly RowSource[];
}

type Node = Record<string, unknown>;

const namedIn = ({ schemaname, relname }: Node): Named => ({
  schema: typeof schemaname === 'string' && schemaname !== '' ? schemaname : null,
  name: String(relname),
});

const aliasOf = (range: Node): string => {
  const { aliasname } = (range.alias ?? {}) as { readonly aliasname?: string };
  return aliasname ?? String(range.relname);
};

/** What a query, or a statement without its target, reads. Names without a table before them may be any table's. */
function sourcesIn(node: unknown, own: Node | null): RowSource[] {
  const ranges: Node[] = own === null ? [] : [own];
  const queries = new Set<string>();
  const columns: (readonly string[])[] = [];
  let everything = false;
  walkTree({ node }, (kind, child) => {
    if (kind === 'RangeVar') ranges.push(child);
    if (kind === 'CommonTableExpr') queries.add(String(child.ctename));
    if (kind === 'DeleteStmt' && typeof child.relation === 'object') ranges.push(child.relation as Node);
    if (kind === 'JoinExpr') {
      if (child.isNatural === true) everything = true;
      columns.push(...stringsOf(child.usingClause).map((name) => [name]));
    }
    if (kind !== 'ColumnRef') return;
    const names = stringsOf(child.fields);
    columns.push(JSON.stringify(child.fields).includes('"A_Star"') ? [...names, '*'] : names);
  });
  return ranges
    .filter((range) => namedIn(range).schema !== null || !queries.has(String(range.relname)))
    .map((range) => {
      const alias = aliasOf(range);
      const read = columns.flatMap((names): readonly string[] => {
        const name = names.at(-1) ?? '';
        const qualifier = names.at(-2);
        if (qualifier !== undefined) return qualifier === alias ? [name] : [];
        // Its name alone is the whole row.
        return name === alias ? ['*'] : [name];
      });
      return {
        relation: namedIn(range),
        columns: everything || read.includes('*') ? null : [...new Set(read)],
      };
    });
}

const DOES: Readonly<Record<string, RowMove['does']>> = {
  InsertStmt: 'insert',
  MergeStmt: 'insert',
  UpdateStmt: 'update',
};

/** The moves of rows in SQL. An UPDATE reads its own table too. Pure. Throws what the parser throws. */
export function rowMoves(sql: string): RowMove[] {
  const moves: RowMove[] = [];
  walkTree(parseSync(sql).stmts, (kind, node) => {
    const does = DOES[kind];
    if (does === undefined || typeof node.relation !== 'object' || node.relation === null) return;
    const target = node.relation as Node;
    // What it gives back is read by others.
    const { returningClause: _, returningList: __, ...work } = node;
    moves.push({
      does,
      target: namedIn(target),
      sources: sourcesIn(work, kind === 'UpdateStmt' ? target : null),
    });
  });
  return moves;
}

/** What a value over a row of a table reads: the row itself, and tables in subqueries. */
export function valueSources(value: string, table: Named): RowSource[] {
  const own = { relname: table.name, ...(table.schema === null ? {} : { schemaname: table.schema }) };
  return sourcesIn(parseSync(`SELECT (${value}\n)`).stmts, own);
}
