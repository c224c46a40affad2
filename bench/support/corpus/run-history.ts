import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { migrationFolder } from '@/lib/cli/migration-folder';
import { SegueError } from '@/lib/core/errors';
import type { Plan } from '@/lib/core/plan';
import { runMigration } from '@/lib/engine/prove/run-migration';
import type { ScratchServer } from '@/lib/engine/prove/scratch';
import { compilePlan } from '@/lib/planner/compile-plan';
import { applyStatement } from '@/lib/planner/memory-catalog/apply-statement';
import { emptyMemory, type Memory } from '@/lib/planner/memory-catalog/memory';
import { operationsCatalog } from '@/lib/planner/memory-catalog/operations-catalog';
import type { Major } from '@/lib/postgres/binaries';
import { readMigration } from '@/lib/sql/migration/read-migration';
import { isUnsafe, judgeStatements, type Verdict } from './judge-statements';
import { type AnsweredReading, readAnswered } from './read-answered';
import { type Rehearsal, rehearseFile } from './rehearse-file';

/** What became of one file. */
export interface FileResult {
  readonly file: string;
  readonly statements: number;
  /** The plan, or the refusal of all of it; null: no unsafe statement, or statements that are refused one by one. */
  readonly plan: 'planned' | 'not_planned' | 'nothing_to_do';
  /** Code of the planner where it refuses operations that the reading made. */
  readonly planRefused: string | null;
  readonly verdicts: readonly Verdict[];
  readonly crash: string | null;
  /** null: no unsafe statement, or no plan. */
  readonly rehearsal: Rehearsal | null;
}

export interface HistoryOptions {
  readonly major: Major;
  readonly rows: number;
  /** Files whose path matches; the others are only run. @default all */
  readonly only?: RegExp;
  /** Also files without an unsafe statement are played through. @default false */
  readonly all?: boolean;
  readonly onFile?: (result: FileResult) => void;
}

/** Takes a folder of migrations file by file: reads it, plans it, and plays each file with an unsafe statement through on copies. */
export async function runHistory(
  server: ScratchServer,
  folder: string,
  { major, rows, only = /./, all = false, onFile }: HistoryOptions,
): Promise<FileResult[]> {
  const memory = emptyMemory(major);
  const current = await server.create();
  const results: FileResult[] = [];
  for (const { path: file } of (await migrationFolder('.', folder)).files) {
    const text = await readFile(path.join(folder, file), 'utf8');
    if (only.test(file)) {
      const read = readAll(text, memory, file, major);
      const played = await play(server, read, { from: current, raw: text, rows }, all);
      const result = resultOf(file, read, played);
      results.push(result);
      onFile?.(result);
    }
    for (const item of readMigration(text).items) if (item.type === 'statement') applyStatement(memory, item);
    const fault = await runMigration(server, current, text);
    if (fault !== null)
      throw new Error(`${file} does not run on an empty database: ${fault.code} ${fault.message}`);
  }
  await server.drop(current);
  return results;
}

interface Read {
  readonly reading: AnsweredReading | null;
  readonly plan: Plan | null;
  readonly planRefused: string | null;
  readonly crash: string | null;
}

const stackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

/** Reads and plans against the catalog in memory. Whatever is thrown that is no refusal is a crash. */
function readAll(text: string, memory: Memory, file: string, major: Major): Read {
  const none = { reading: null, plan: null, planRefused: null, crash: null };
  try {
    const reading = readAnswered(text, memory, file, major);
    const { spec } = reading.answered;
    if (spec === null) return { ...none, reading };
    try {
      return { ...none, reading, plan: compilePlan(spec, operationsCatalog(memory, spec.operations)) };
    } catch (error) {
      if (!(error instanceof SegueError) || error.code === 'internal') throw error;
      return { ...none, reading, planRefused: `${error.code}: ${error.message}` };
    }
  } catch (error) {
    return { ...none, crash: stackOf(error) };
  }
}

interface Played {
  readonly rehearsal: Rehearsal | null;
  readonly crash: string | null;
}

/** Plays a file with a plan and an unsafe statement through. */
async function play(
  server: ScratchServer,
  { reading, plan }: Read,
  input: Omit<Parameters<typeof rehearseFile>[1], 'spec'>,
  all: boolean,
): Promise<Played> {
  const spec = reading?.answered.spec ?? null;
  if (spec === null || plan === null || !(all || reading?.answered.statements.some(isUnsafe)))
    return { rehearsal: null, crash: null };
  try {
    return { rehearsal: await rehearseFile(server, { ...input, spec }), crash: null };
  } catch (error) {
    return { rehearsal: null, crash: stackOf(error) };
  }
}

function resultOf(file: string, { reading, plan, planRefused, crash }: Read, played: Played): FileResult {
  const open =
    reading?.answered.statements.some(({ fate }) => fate.kind === 'asks' || fate.kind === 'refused') ?? true;
  return {
    file,
    statements: reading?.answered.statements.length ?? 0,
    plan: plan !== null ? 'planned' : open || planRefused !== null ? 'not_planned' : 'nothing_to_do',
    planRefused,
    verdicts: reading === null ? [] : judgeStatements(reading, plan, planRefused?.split(':')[0] ?? null),
    crash: crash ?? played.crash,
    rehearsal: played.rehearsal,
  };
}
