import path from 'node:path';
import type { TransitionSpec } from '@/lib/core/operation';
import { readSchemaFor } from '@/lib/engine/read-schema-for';
import type { Target } from '@/lib/engine/target';
import { pgrollReading } from '@/lib/planner/from-pgroll/pgroll-reading';
import { relationsOfPgroll } from '@/lib/planner/from-pgroll/relations-of-pgroll';
import {
  type Answers,
  type MigrationReading,
  migrationReading,
} from '@/lib/planner/from-sql/migration-reading';
import type { JudgeOptions } from '@/lib/planner/hazards/effects';
import { emptyMemory, type Memory } from '@/lib/planner/memory-catalog/memory';
import { memoryFrom } from '@/lib/planner/memory-catalog/memory-from';
import { readMigration } from '@/lib/sql/migration/read-migration';
import { ASSUMED_MAJOR, readHistory } from './read-history';
import type { TransitionSource } from './read-transition-file';

/** Operations to plan; without them the reading says what is missing. */
export type FoundSpec =
  | { readonly spec: TransitionSpec; readonly reading: MigrationReading | null }
  | { readonly spec: null; readonly reading: MigrationReading };

const MAJORS: readonly JudgeOptions['major'][] = [14, 15, 16, 17, 18];

function read(
  source: Exclude<TransitionSource, { kind: 'operations' }>,
  memory: Memory | null,
  answers: Answers,
): FoundSpec {
  const reading =
    source.kind === 'pgroll'
      ? pgrollReading(source.file, { name: source.name, memory, answers, places: source.places })
      : readSql(source, memory ?? emptyMemory(ASSUMED_MAJOR), memory !== null, answers);
  return reading.spec === null
    ? { spec: null, reading }
    : { spec: { ...reading.spec, source: source.origin }, reading };
}

function readSql(
  source: Extract<TransitionSource, { kind: 'migration' }>,
  memory: Memory,
  complete: boolean,
  answers: Answers,
): MigrationReading {
  const server = Math.floor(memory.serverVersionNum / 10_000);
  return migrationReading(source.text, memory, {
    name: source.name,
    answers,
    major: MAJORS.find((each) => each === server) ?? ASSUMED_MAJOR,
    complete,
  });
}

/** The schema that the files of a folder leave; of a folder that holds the file itself only what comes before it. */
export async function historyBefore(source: TransitionSource, folder: string, cwd: string): Promise<Memory> {
  const own = source.kind === 'operations' ? null : path.resolve(cwd, source.origin.file);
  return readHistory(folder, cwd, (file) => path.resolve(cwd, file) === own);
}

/** A file as a transition on the schema of earlier files; null: nothing is known of it. */
export function specFromFiles(source: TransitionSource, memory: Memory | null, answers: Answers): FoundSpec {
  return source.kind === 'operations' ? { spec: source.spec, reading: null } : read(source, memory, answers);
}

/** A file as a transition on a live database. */
export async function specOnTarget(
  source: TransitionSource,
  target: Target,
  answers: Answers,
): Promise<FoundSpec> {
  if (source.kind === 'operations') return { spec: source.spec, reading: null };
  const statements =
    source.kind === 'pgroll'
      ? relationsOfPgroll(source.file)
      : readMigration(source.text).items.flatMap((item) =>
          item.type === 'statement'
            ? [item.node, ...(item.block?.statements ?? []).map(({ node }) => node)]
            : [],
        );
  return read(source, memoryFrom(await readSchemaFor(target, statements)), answers);
}
