import { SegueError } from '@/lib/core/errors';
import { holdsOperations } from '@/lib/core/migration-text';
import { relationsOfPgroll } from '@/lib/planner/from-pgroll/relations-of-pgroll';
import {
  type Answers,
  type MigrationReading,
  migrationReading,
} from '@/lib/planner/from-sql/migration-reading';
import type { LintFinding } from '@/lib/planner/lint/lint-finding';
import { lintMigration } from '@/lib/planner/lint/lint-migration';
import { catalogReader } from '@/lib/planner/memory-catalog/catalog-of';
import type { Memory } from '@/lib/planner/memory-catalog/memory';
import { type Migration, readMigration } from '@/lib/sql/migration/read-migration';
import { operationsReading, readOperationsDocument } from '../file-reading';

/** Statements of one file at most: what a page can still show, and a person review. */
const MAX_STATEMENTS = 5000;

const MAJORS = [14, 15, 16, 17, 18] as const;

export type Major = (typeof MAJORS)[number];

/** The major whose rules hold on a server; those of the newest for one that is not known. Pure. */
export function majorOf(serverVersionNum: number): Major {
  const server = Math.floor(serverVersionNum / 10_000);
  return MAJORS.find((each) => each === server) ?? 18;
}

/** The statements of a file as the parser gives them, those of its DO blocks too. */
const namesIn = (migration: Migration): unknown[] =>
  migration.items.flatMap((item) =>
    item.type === 'statement' ? [item.node, ...(item.block?.statements.map(({ node }) => node) ?? [])] : [],
  );

/** A text whose language is known: what it names, how it is read, and what lint says of it. */
interface Source {
  readonly names: readonly unknown[];
  /** A list of operations says itself what it stands for. */
  readonly recordable: boolean;
  readonly read: (
    memory: Memory,
    options: { readonly name: string; readonly answers: Answers; readonly major: Major },
  ) => MigrationReading;
  readonly lint: (memory: Memory, major: Major) => readonly LintFinding[];
}

/** Parses a text. Throws `invalid_input` with the place of a fault of an operations file, and where it has too many statements. */
export function openSource({ fileName, text }: { readonly fileName: string; readonly text: string }): Source {
  if (holdsOperations(fileName, text)) {
    const document = readOperationsDocument(text);
    return {
      names: relationsOfPgroll(document.file),
      recordable: false,
      read: (memory, { name, answers }) => operationsReading(document, { name, memory, answers }),
      lint: () => [],
    };
  }
  const migration = readMigration(text);
  const count = migration.items.length;
  if (count > MAX_STATEMENTS)
    throw new SegueError(
      'invalid_input',
      `The file has ${count.toLocaleString('en-US')} statements; up to ${MAX_STATEMENTS.toLocaleString('en-US')} are read here.`,
      {
        object: fileName,
        next: 'Split it, or plan it on the command line: segue plan <file> --database <URL>.',
      },
    );
  return {
    names: namesIn(migration),
    recordable: true,
    read: (memory, options) => migrationReading(text, memory, options),
    lint: (memory, major) =>
      lintMigration(text, memory, catalogReader(memory), {
        file: fileName,
        major,
        timeZone: null,
        complete: true,
      }),
  };
}
