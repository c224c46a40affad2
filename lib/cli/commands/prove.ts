import path from 'node:path';
import { SegueError } from '@/lib/core/errors';
import type { Proof } from '@/lib/core/proof';
import { readSchemaSource } from '@/lib/engine/prove/copy-schema';
import { type ProofInput, provePlan } from '@/lib/engine/prove/prove-plan';
import { ScratchServer } from '@/lib/engine/prove/scratch';
import { pgrollEndSql } from '@/lib/planner/from-pgroll/end-sql';
import type { Answers } from '@/lib/planner/from-sql/migration-reading';
import { EMBEDDED_MAJOR } from '@/lib/postgres/binaries';
import { withServer } from '@/lib/postgres/temporary-server';
import type { CommandInput } from '../main';
import { migrationFolder } from '../migration-folder';
import { printJson } from '../output';
import { printProof } from '../print-proof';
import { printOpenReading } from '../print-reading';
import { readAnswers } from '../read-answers';
import { readMigrationText } from '../read-migration-text';
import { readTransitionFile, type TransitionSource } from '../read-transition-file';
import { type FoundSpec, historyBefore, specFromFiles, specOnTarget } from '../transition-spec';
import { withTarget } from '../with-target';
import { requireFile } from './plan';

/**
 * `segue prove <file>`: runs the migration on one throw-away database and its plan to the end on another, and compares them. The database of
 * `--database` is only read. Exit 1 where they differ, 3 where nothing could be proved.
 */
export async function prove({ files, options, cwd }: CommandInput): Promise<0 | 1 | 2 | 3> {
  const source = await readTransitionFile(requireFile(files), cwd);
  if (source.kind === 'operations')
    throw new SegueError(
      'invalid_input',
      'Only a migration in SQL, or one of pgroll’s, can be proved: a list of operations does not say where it ends without Segue.',
      {
        next: 'Give the SQL file.',
      },
    );
  if (options.database !== undefined && options.after !== undefined)
    throw new SegueError('invalid_input', '--database and --after exclude each other.', {
      object: '--after',
      next: 'Give the database, or the folder of earlier migrations.',
    });
  const answers = await readAnswers(options, cwd);
  const { found, before } = await readBefore(source, answers, { files, options, cwd });
  const json = options.json === true;
  if (
    found.spec === null &&
    found.reading.statements.some(({ fate }) => fate.kind === 'asks' || fate.kind === 'refused')
  )
    return printOpenReading(found.reading, json);
  const proof = await onScratch(options.scratch, (server) =>
    provePlan(server, { ...before, raw: rawOf(source, answers), spec: found.spec }),
  );
  if (json) printJson(proof);
  else printProof(proof);
  return EXIT_CODES[proof.outcome];
}

const EXIT_CODES = { equal: 0, different: 1, unproved: 3 } as const satisfies Record<
  Proof['outcome'],
  number
>;

interface Before {
  readonly found: FoundSpec;
  readonly before: Pick<ProofInput, 'base' | 'schema'>;
}

type Migration = Exclude<TransitionSource, { kind: 'operations' }>;

/** What the file does without Segue. */
const rawOf = (source: Migration, answers: Answers): string =>
  source.kind === 'pgroll' ? pgrollEndSql(source.file, answers) : source.text;

/** The file as operations, and what makes the schema before it. */
async function readBefore(
  source: Migration,
  answers: Answers,
  { options, cwd }: CommandInput,
): Promise<Before> {
  const { database, after } = options;
  if (database !== undefined)
    return withTarget(database, async (target) => ({
      found: await specOnTarget(source, target, answers),
      before: { base: [], schema: await readSchemaSource(target) },
    }));
  if (after === undefined) return { found: specFromFiles(source, null, answers), before: { base: [] } };
  return {
    found: specFromFiles(source, await historyBefore(source, after, cwd), answers),
    before: { base: await textsBefore(source, after, cwd) },
  };
}

async function textsBefore(source: Migration, folder: string, cwd: string): Promise<string[]> {
  const texts: string[] = [];
  for (const { path: file } of (await migrationFolder(folder, cwd)).files) {
    if (path.resolve(cwd, file) === path.resolve(cwd, source.origin.file)) break;
    texts.push(await readMigrationText(file, cwd));
  }
  return texts;
}

/** On the server that the caller names, or on one that lives as long as the proof. */
async function onScratch<T>(
  url: string | undefined,
  work: (server: ScratchServer) => Promise<T>,
): Promise<T> {
  if (url === undefined) return withServer(EMBEDDED_MAJOR, (running) => onScratch(running.url, work));
  const server = new ScratchServer(url);
  try {
    return await work(server);
  } finally {
    await server.close();
  }
}
