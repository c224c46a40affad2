import { z } from 'zod';
import type { ControlQueries } from '@/lib/store/control-db';
import { changeSandbox, claimSandbox, findSandbox } from '@/lib/store/sandbox';
import type { DemoNames } from './demo-database';

const recordShape = z.object({
  state: z.enum(['creating', 'ready', 'removing', 'failed']),
  names: z.object({ database: z.string(), owner: z.string(), oldRole: z.string(), newRole: z.string() }),
  since: z.iso.datetime(),
  step: z.string().default(''),
  databaseId: z.uuid().nullable().default(null),
  /** The traffic's URLs, encrypted like those of databases and bound to the sandbox's database. */
  secretUrls: z.object({ old: z.string(), new: z.string() }).nullable().default(null),
  traffic: z.object({ old: z.boolean(), new: z.boolean() }).default({ old: true, new: false }),
  error: z.object({ message: z.string(), next: z.string().nullable() }).nullable().default(null),
});

/** What the control database keeps of the sandbox. There is one at most. */
export type SandboxRecord = z.output<typeof recordShape>;
export type SandboxChanges = Partial<Omit<z.input<typeof recordShape>, 'names'>>;

/** The record, or null when there is no sandbox. */
export async function readSandbox(db: ControlQueries): Promise<SandboxRecord | null> {
  const stored = await findSandbox(db);
  return stored === undefined ? null : recordShape.parse(stored);
}

/** Writes the first record, before anything is made, so that whatever comes can be cleaned up. */
export async function beginSandbox(db: ControlQueries, names: DemoNames): Promise<void> {
  const record: z.input<typeof recordShape> = {
    state: 'creating',
    names,
    since: new Date().toISOString(),
  };
  await claimSandbox(db, record);
}

/** Changes fields of the record; false when the sandbox is gone. */
export function writeSandbox(db: ControlQueries, changes: SandboxChanges): Promise<boolean> {
  return changeSandbox(db, changes);
}
