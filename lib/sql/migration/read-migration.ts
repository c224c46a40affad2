import { parseSync, SqlError } from 'libpg-query';
import '../parse-tree';
import { type CodeBlock, readDoBlock } from './do-block';
import { lineIndex, type Place } from './line-index';
import { splitDirections } from './split-directions';
import { splitText } from './split-text';

/** One statement of a migration file, by PostgreSQL's own grammar. */
export interface MigrationStatement extends Place {
  readonly type: 'statement';
  /** As it stands in the file, without its semicolon and the comments before it. */
  readonly text: string;
  /** Characters of the file. */
  readonly start: number;
  readonly end: number;
  /** Byte from which the places in the node count: that of the statement's first character. */
  readonly base: number;
  /** The parser's name: AlterTableStmt, IndexStmt… */
  readonly kind: string;
  readonly node: Readonly<Record<string, unknown>>;
  /** What a DO block does, as far as it can be read. */
  readonly block: CodeBlock | null;
}

/** A part of the file that PostgreSQL's parser does not understand: shown as such, never dropped. */
export interface MigrationProblem extends Place {
  readonly type: 'problem';
  readonly problem: 'syntax' | 'psql' | 'copy-data';
  readonly message: string;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** The line of the fault with a caret beneath; null where there is no single place. */
  readonly caret: string | null;
}

export interface Migration {
  /** In the order of the file. */
  readonly items: readonly (MigrationStatement | MigrationProblem)[];
  /** The way back that the file itself holds, as dbmate, goose and others write it; null where it has none. */
  readonly down: string | null;
}

interface RawStatement {
  readonly kind: string;
  readonly node: Record<string, unknown>;
  readonly start: number;
  readonly end: number;
  readonly base: number;
}

/** Offsets of the parser are bytes, those of the text UTF-16 units. To be asked in ascending order: only what lies between is decoded. */
function unitsOf(text: string): (byte: number) => number {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length === text.length) return (byte) => byte;
  let last = { byte: 0, unit: 0 };
  return (byte) => {
    last = { byte, unit: last.unit + bytes.subarray(last.byte, byte).toString('utf8').length };
    return last.unit;
  };
}

function parseChunk(text: string): RawStatement[] {
  if (text.trim() === '') return [];
  const units = unitsOf(text);
  return (parseSync(text).stmts ?? []).map((raw) => {
    const from = raw.stmt_location ?? 0;
    const start = units(from);
    const end = raw.stmt_len === undefined ? text.length : units(from + raw.stmt_len);
    const [[kind, node] = ['', {}]] = Object.entries(raw.stmt ?? {});
    const blank = /^\s*/.exec(text.slice(start, end))?.[0].length ?? 0;
    return { kind, node: node as Record<string, unknown>, start: start + blank, end, base: from + blank };
  });
}

const PSQL =
  'This is a command of psql, not SQL: other tools cannot run it, and what it does is not known here.';

/**
 * Reads a migration file. Whatever PostgreSQL's parser takes comes as statements with their place, DO blocks opened; what it
 * does not take comes as problems with their place, and the rest of the file is read all the same. Never throws for content.
 */
export function readMigration(source: string): Migration {
  // The mark, where a file has one, is not SQL; a space keeps every place.
  const { up: text, down } = splitDirections(source.startsWith('\uFEFF') ? ` ${source.slice(1)}` : source);
  const index = lineIndex(text);
  const statement = (raw: RawStatement, offset: number): MigrationStatement => {
    const start = offset + raw.start;
    const own = text.slice(start, offset + raw.end).trimEnd();
    const end = start + own.length;
    const block = raw.kind === 'DoStmt' ? readDoBlock(raw.node, text, start, end, index.placeAt) : null;
    return {
      type: 'statement',
      text: own,
      start,
      end,
      ...index.placeAt(start),
      base: raw.base,
      kind: raw.kind,
      node: raw.node,
      block,
    };
  };
  const problem = (
    kind: MigrationProblem['problem'],
    message: string,
    range: { start: number; end: number },
    at: number | null,
  ): MigrationProblem => {
    const place = index.placeAt(at ?? range.start);
    const line = index.lineAt(place.line);
    const lead = [...line].slice(0, place.column - 1).map((char) => (char === '\t' ? '\t' : ' '));
    return {
      type: 'problem',
      problem: kind,
      message,
      text: text.slice(range.start, range.end).trim(),
      ...range,
      ...place,
      caret: at === null ? null : `${line}\n${lead.join('')}^`,
    };
  };
  const whole = tryChunk(text);
  if (Array.isArray(whole)) return { items: whole.map((raw) => statement(raw, 0)), down };
  const items = splitText(text).flatMap((chunk): Migration['items'] => {
    const own = text.slice(chunk.start, chunk.end);
    if (chunk.kind === 'psql') return [problem('psql', PSQL, chunk, null)];
    if (chunk.kind === 'copy-data')
      return [problem('copy-data', 'Rows for COPY, which only psql sends.', chunk, null)];
    const parsed = tryChunk(own);
    if (Array.isArray(parsed)) return parsed.map((raw) => statement(raw, chunk.start));
    const start = chunk.start + (/^\s*/.exec(own)?.[0].length ?? 0);
    const at = parsed.at === null ? null : chunk.start + unitAt(own, parsed.at);
    return [problem('syntax', parsed.message, { start, end: chunk.end }, at)];
  });
  return { items, down };
}

/** UTF-16 offset of a code point. */
const unitAt = (text: string, point: number): number => [...text].slice(0, point).join('').length;

function tryChunk(text: string): RawStatement[] | { message: string; at: number | null } {
  try {
    return parseChunk(text);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return { message: error.message, at: error.sqlDetails?.cursorPosition ?? null };
  }
}
