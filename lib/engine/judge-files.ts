import { setImmediate } from 'node:timers/promises';
import { type GuardFinding, guardMigration } from '@/lib/planner/guard/guard-migration';
import type { TableInTransition } from '@/lib/planner/guard/table-in-transition';
import { catalogReader } from '@/lib/planner/memory-catalog/catalog-of';
import { memoryFrom } from '@/lib/planner/memory-catalog/memory-from';
import { readMigration } from '@/lib/sql/migration/read-migration';
import { readSchemaFor } from './read-schema-for';
import type { Target } from './target';

const NEWEST = 18;
const MAJORS = [14, 15, 16, 17, NEWEST] as const;

/** A migration that the next deploy would run. */
export interface PendingFile {
  readonly file: string;
  readonly text: string;
}

/** What pending files would do to tables in transition, by the schema as it is now. Reads only. */
export async function judgeFiles(
  target: Target,
  files: readonly PendingFile[],
  tables: readonly TableInTransition[],
): Promise<GuardFinding[]> {
  if (tables.length === 0) return [];
  const nodes = files.flatMap(({ text }) =>
    readMigration(text).items.flatMap((item) =>
      item.type === 'statement' ? [item.node, ...(item.block?.statements ?? []).map(({ node }) => node)] : [],
    ),
  );
  const memory = memoryFrom(await readSchemaFor(target, nodes));
  const read = catalogReader(memory);
  const server = Math.floor(memory.serverVersionNum / 10_000);
  const major = MAJORS.find((each) => each === server) ?? NEWEST;
  const findings: GuardFinding[] = [];
  for (const { file, text } of files) {
    findings.push(...guardMigration(text, memory, read, { file, major, tables }));
    // A worker's heartbeat may live in this process.
    await setImmediate();
  }
  return findings;
}
