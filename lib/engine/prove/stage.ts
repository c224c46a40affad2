import type { SchemaSource } from '@/lib/core/schema-source';
import { type Filled, fillTables, readFillSchema } from '../rows/fill-tables';
import { copySchema } from './copy-schema';
import { dumpCatalog } from './dump-catalog';
import { type MigrationFault, runMigration } from './run-migration';
import { asTarget, inSession, type ScratchDatabase, type ScratchServer } from './scratch';

/** What both sides of a proof begin with. */
export interface StageInput {
  /** A database to begin with; nobody is connected to it. @default an empty one */
  readonly from?: ScratchDatabase;
  /** The schema of a live database, made first. */
  readonly schema?: SchemaSource;
  /** What makes the schema before the file out of that: whole texts, run one after the other. */
  readonly base: readonly string[];
  /** The migration file. */
  readonly raw: string;
  readonly rows?: number;
  readonly seed?: number;
  /** As in the filling. @default false */
  readonly oneToOne?: boolean;
}

/** The schema before the file with rows in it, and where the file alone leads. */
export interface Stage {
  /** To be copied, never changed. */
  readonly filled: ScratchDatabase;
  readonly filling: Filled;
  /** The catalog after the raw file. */
  readonly end: readonly string[];
  /** A copy on which the raw file ran over the rows; null where it fails on rows. */
  readonly raw: ScratchDatabase | null;
  /** Why it fails on rows. */
  readonly rawFault: MigrationFault | null;
  /** What the live database has otherwise than its copy. */
  readonly copyLacks: readonly string[];
}

export interface NoStage {
  readonly obstacle: 'base' | 'raw_file';
  readonly fault: MigrationFault;
}

/**
 * Makes the database before the file, fills it, and runs the raw file on a copy. Rows that the file cannot take are made anew once, without
 * extremes and without NULL where the file forbids it; if it then fails too, only its schema is known.
 */
export async function setStage(server: ScratchServer, input: StageInput): Promise<Stage | NoStage> {
  const base = await server.create(input.from);
  const copied =
    input.schema === undefined ? { differences: [] } : await copySchema(server, base, input.schema);
  if ('fault' in copied) return { obstacle: 'base', fault: copied.fault };
  for (const text of input.base) {
    const fault = await runMigration(server, base, text);
    if (fault !== null) return { obstacle: 'base', fault };
  }
  const ended = await server.create(base);
  const fault = await runMigration(server, ended, input.raw);
  if (fault !== null) return { obstacle: 'raw_file', fault };
  const end = await inSession(ended, (sql) => dumpCatalog(sql));
  const schema = await asTarget(ended, readFillSchema);
  await server.drop(ended);
  for (const tame of [false, true]) {
    const filled = await server.create(base);
    const filling = await asTarget(filled, (target) =>
      fillTables(target, {
        end: schema,
        tame,
        rows: input.rows,
        seed: input.seed,
        oneToOne: input.oneToOne,
      }),
    );
    const raw = await server.create(filled);
    const rawFault = await runMigration(server, raw, input.raw);
    if (rawFault === null || tame) {
      if (rawFault !== null) await server.drop(raw);
      await server.drop(base);
      return {
        filled,
        filling,
        end,
        raw: rawFault === null ? raw : null,
        rawFault,
        copyLacks: copied.differences,
      };
    }
    await server.drop(raw);
    await server.drop(filled);
  }
  throw new Error('unreachable: the second filling is always taken');
}
