import type { MigrationStatements, RawFinding } from '@/lib/views/migration-view';

/** Where everything stands in a file of so many lines. Statements and findings are named by their place in their lists. */
export interface SheetLayout {
  /** The statement that a line belongs to; -1: none. The first where several share it. */
  readonly owner: Int32Array;
  /** Line to the statements that begin on it. */
  readonly begins: ReadonlyMap<number, readonly number[]>;
  /** Line to the statements that end on it. */
  readonly ends: ReadonlyMap<number, readonly number[]>;
  /** Statement to its findings, the grave ones first. */
  readonly findingsOf: ReadonlyMap<number, readonly RawFinding[]>;
  /** Line to the findings that are about no statement. */
  readonly loose: ReadonlyMap<number, readonly RawFinding[]>;
  /** Line to the columns under which a caret stands. */
  readonly carets: ReadonlyMap<number, readonly number[]>;
}

const GRAVITY = { error: 0, warning: 1, info: 2 } as const;

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** Lays a reading over the lines of its file. A reading of a former text may name lines that are gone: the last line holds them. Pure. */
export function sheetLayout(
  lineCount: number,
  { statements, findings }: Pick<MigrationStatements, 'statements' | 'findings'>,
): SheetLayout {
  const owner = new Int32Array(lineCount + 1).fill(-1);
  const begins = new Map<number, number[]>();
  const ends = new Map<number, number[]>();
  const findingsOf = new Map<number, RawFinding[]>();
  const loose = new Map<number, RawFinding[]>();
  const carets = new Map<number, number[]>();
  const inFile = (line: number) => Math.max(1, Math.min(line, lineCount));
  statements.forEach(({ line, endLine }, index) => {
    push(begins, inFile(line), index);
    push(ends, inFile(endLine), index);
    for (let at = inFile(line); at <= inFile(endLine); at += 1) if (owner[at] === -1) owner[at] = index;
  });
  for (const finding of findings) {
    if (finding.statement === null) push(loose, inFile(finding.line), finding);
    else push(findingsOf, finding.statement, finding);
    if (finding.caret) push(carets, inFile(finding.line), finding.column);
  }
  for (const list of findingsOf.values()) list.sort((a, b) => GRAVITY[a.severity] - GRAVITY[b.severity]);
  return { owner, begins, ends, findingsOf, loose, carets };
}

/** Comments and empty lines around a statement that are edited with it, at most. */
const MAX_AROUND = 200;

/**
 * The lines to edit when a statement is: with the comments and empty lines before it, so that all of a file can be reached
 * statement by statement; the last takes what comes after it too.
 */
export function linesToEdit(
  layout: SheetLayout,
  statements: MigrationStatements['statements'],
  index: number,
): { readonly from: number; readonly to: number } {
  const lineCount = layout.owner.length - 1;
  const { line = 1, endLine = lineCount } = statements[index] ?? {};
  let from = Math.min(line, lineCount);
  while (from > 1 && line - from < MAX_AROUND && layout.owner[from - 1] === -1) from -= 1;
  const last = index === statements.length - 1;
  return { from, to: Math.min(last ? endLine + MAX_AROUND : endLine, lineCount) };
}
