import type { MigrationEntry, MigrationRecord, TeamTool } from '@/lib/core/migration-record';

/** A row of a team's journal, of whichever tool. */
export interface JournalRow {
  readonly name: string | null;
  /** drizzle's created_at, ms. */
  readonly when: number | null;
  /** Prisma knows migrations that failed half-way, and some that were taken back. */
  readonly state: 'done' | 'failed' | 'rolled_back';
}

/** A team's journal as it stands in a database. */
export interface TeamJournal {
  readonly there: boolean;
  /** drizzle's table has had names since 1.0. */
  readonly named: boolean;
  readonly rows: readonly JournalRow[];
}

/** Whether this journal has this migration, by the rule of the tool itself. */
function has(
  tool: TeamTool,
  journal: TeamJournal,
  entry: MigrationEntry,
  state: JournalRow['state'],
): boolean {
  return journal.rows.some((row) => {
    if (row.state !== state) return false;
    if (tool === 'prisma' || (tool === 'drizzle-folders' && journal.named)) return row.name === entry.tag;
    if (row.when === null || entry.when === null) return false;
    // A table that 1.0 has not touched yet has the milliseconds that a folder's name leaves out.
    return tool === 'drizzle' ? row.when === entry.when : seconds(row.when) === seconds(entry.when);
  });
}

const seconds = (ms: number): number => Math.floor(ms / 1000);

/** The youngest that drizzle's older migrator knows: it runs what is younger, and nothing else, ever. */
function youngest(journal: TeamJournal): number {
  return Math.max(0, ...journal.rows.map((row) => row.when ?? 0));
}

/** The migrations that the tool would run now, in order. Pure. */
export function pendingIn<E extends MigrationEntry>(
  tool: TeamTool,
  journal: TeamJournal,
  entries: readonly E[],
): E[] {
  if (tool === 'drizzle') return entries.filter((entry) => (entry.when ?? 0) > youngest(journal));
  return entries.filter((entry) => !has(tool, journal, entry, 'done'));
}

export interface JournalVerdict {
  readonly recorded: boolean;
  /** It failed half-way: Prisma then runs nothing until somebody says what became of it. */
  readonly failed: boolean;
  /** Earlier ones that the tool would run now, and no more once this one is recorded. */
  readonly pending: readonly string[];
  /** Earlier ones without a record that the tool will never run: a younger one is recorded. */
  readonly skipped: readonly string[];
  /** A later one that is recorded. */
  readonly later: boolean;
}

/** What a journal says about a file and those before it. Pure. */
export function judgeJournal(record: MigrationRecord, journal: TeamJournal): JournalVerdict {
  const { tool } = record;
  const earlier = record.earlier ?? [];
  const pending = pendingIn(tool, journal, earlier);
  const skipped = earlier.filter((entry) => !has(tool, journal, entry, 'done') && !pending.includes(entry));
  return {
    recorded: has(tool, journal, record, 'done'),
    failed: has(tool, journal, record, 'failed'),
    pending: pending.map(({ tag }) => tag),
    skipped: skipped.map(({ tag }) => tag),
    later: journal.rows.some(
      (row) =>
        row.state === 'done' &&
        (tool === 'prisma'
          ? (row.name ?? '') > record.tag
          : (row.when ?? 0) > (record.when ?? 0) && !sameSecond(tool, row, record)),
    ),
  };
}

function sameSecond(tool: TeamTool, row: JournalRow, record: MigrationRecord): boolean {
  return tool === 'drizzle-folders' && seconds(row.when ?? 0) === seconds(record.when ?? 0);
}
