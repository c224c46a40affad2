import type { z } from 'zod';
import { SegueError } from '@/lib/core/errors';
import { type Operation, type TransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import { parseExpression } from '@/lib/sql/expression';
import type { Answers, Fate, MigrationReading, StatementReading } from '../from-sql/migration-reading';
import type { Memory } from '../memory-catalog/memory';
import { alterColumn } from './alter-column';
import { addColumn, dropColumn, renameColumn } from './columns';
import { createConstraint, dropConstraint, dropMulticolumnConstraint, renameConstraint } from './constraints';
import { createIndex, dropIndex } from './indexes';
import {
  PGROLL_BODIES,
  PGROLL_KINDS,
  type PgrollBody,
  type PgrollKind,
  pgrollFileSchema,
} from './pgroll-file';
import { type PgrollContext, type PgrollPart, together } from './pgroll-part';
import { rawSql } from './raw-sql';
import { createTable, dropTable, renameTable, setReplicaIdentity } from './tables';

type Mappers = { readonly [K in PgrollKind]: (body: PgrollBody<K>, context: PgrollContext) => PgrollPart };

const columnsOf = (sql: string | undefined): string[] =>
  sql === undefined || sql.trim() === '' ? [] : parseExpression(sql).columns.map(({ name }) => name);

const MAPPERS: Mappers = {
  create_table: createTable,
  add_column: addColumn,
  alter_column: alterColumn,
  drop_column: dropColumn,
  rename_column: renameColumn,
  rename_table: renameTable,
  drop_table: dropTable,
  create_index: createIndex,
  drop_index: dropIndex,
  create_constraint: createConstraint,
  drop_constraint: (body) => dropConstraint(body, columnsOf(body.up)),
  drop_multicolumn_constraint: dropMulticolumnConstraint,
  rename_constraint: renameConstraint,
  set_replica_identity: setReplicaIdentity,
  sql: rawSql,
};

/** Where an operation stands in its file; lines and columns count from 1. */
export interface OperationPlace {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly text: string;
}

interface ReadingInput {
  /** Used where the file gives no name: its own name without the ending; null: there is none. */
  readonly name: string | null;
  /** The schema before the file; null: nothing is known of it. */
  readonly memory: Memory | null;
  readonly answers: Answers;
  readonly places?: readonly OperationPlace[];
}

function fault(at: string, message: string, field: string, cause?: unknown): SegueError {
  return new SegueError('invalid_input', `${at}: ${message}.`, {
    object: at,
    next: 'Compare it with pgroll’s documentation of this operation.',
    evidence: { fields: { [`file.${field}`]: message } },
    cause,
  });
}

/** Of a union's failures the last branch is the newest spelling: its words are the ones to go by. */
function firstIssue(error: z.ZodError): { readonly message: string; readonly path: string } {
  const path: PropertyKey[] = [];
  let issue: z.core.$ZodIssue | undefined = error.issues[0];
  while (issue !== undefined) {
    path.push(...issue.path);
    if (issue.code !== 'invalid_union' || issue.errors.length === 0) break;
    issue = issue.errors[0]?.[0];
  }
  return { message: issue?.message ?? 'it cannot be read', path: path.map(String).join('.') };
}

function mapEntry(entry: Readonly<Record<string, unknown>>, context: PgrollContext): PgrollPart {
  const [kind = '', ...others] = Object.keys(entry);
  const at = `Operation ${context.number}`;
  const field = `operations.${context.number - 1}`;
  if (others.length > 0 || kind === '') throw fault(at, 'it must have one key, its kind', field);
  const known = PGROLL_KINDS.find((each) => each === kind);
  if (known === undefined)
    throw fault(at, `pgroll has no operation "${kind}" (it has ${PGROLL_KINDS.join(', ')})`, field);
  const parse = <K extends PgrollKind>(of: K): PgrollPart => {
    const parsed = PGROLL_BODIES[of].safeParse(entry[of]);
    if (parsed.success) return MAPPERS[of](parsed.data as PgrollBody<K>, context);
    const { message, path } = firstIssue(parsed.error);
    throw fault(
      `${at} (${kind})`,
      path === '' ? message : `${message} at ${path}`,
      `${field}.${kind}${path === '' ? '' : `.${path}`}`,
      parsed.error,
    );
  };
  return parse(known);
}

function fateOf(part: Required<PgrollPart>, first: number): Fate {
  const [refusal] = part.refusals;
  if (refusal !== undefined) return { kind: 'refused', ...refusal };
  const open = part.questions.find(({ answer, required }) => required && answer === null);
  if (open !== undefined) return { kind: 'asks', question: open.id };
  return { kind: 'operation', operations: part.operations.map((_, index) => first + index) };
}

/** What its transition is called: as it names itself, else as its file is named; what a name may not have becomes a hyphen. */
export function pgrollName(file: unknown, own: string): string {
  const named = typeof file === 'object' && file !== null && 'name' in file ? file.name : null;
  const name = typeof named === 'string' ? named : own;
  const fitting = name
    .replaceAll(/[^\p{L}\p{N} ._/-]+/gu, '-')
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .slice(0, 100);
  return transitionFileSchema.shape.name.safeParse(fitting).success ? fitting : 'pgroll';
}

/**
 * A pgroll migration, parsed from JSON or YAML, as operations of Segue's: each of its operations becomes some, is asked about, or
 * refused with a reason and the way out. Pure. Throws `invalid_input` where it is no pgroll migration, `bad_expression` where an
 * expression is no SQL.
 */
export function pgrollReading(
  file: unknown,
  { name, memory, answers, places = [] }: ReadingInput,
): MigrationReading {
  const parsed = pgrollFileSchema.safeParse(file);
  if (!parsed.success) {
    const { message, path } = firstIssue(parsed.error);
    throw fault('The pgroll migration', path === '' ? message : `${message} at ${path}`, path, parsed.error);
  }
  const called = parsed.data.name ?? name;
  if (called === null)
    throw fault('The pgroll migration', 'it has no name of its own; write "name:" at its top', 'name');
  const operations: Operation[] = [];
  const statements: StatementReading[] = [];
  const parts = parsed.data.operations.map((entry, index) => {
    const place = places[index] ?? { line: 1, column: 1, endLine: 1, text: JSON.stringify(entry) };
    const part = together(mapEntry(entry, { memory, answers, number: index + 1, line: place.line }));
    statements.push({ ...place, fate: fateOf(part, operations.length), raw: [] });
    operations.push(...part.operations);
    return part;
  });
  const { questions, assumptions } = together(...parts);
  const whole = statements.every(({ fate }) => fate.kind === 'operation');
  const spec: TransitionSpec = {
    name: pgrollName(file, called),
    dualWrite: 'managed',
    operations,
  };
  return {
    spec: whole ? spec : null,
    statements,
    questions,
    assumptions,
    creates: operations.flatMap((each) => (each.kind === 'create_table' ? [each.table] : [])),
  };
}
