import { describe, expect, it } from 'vitest';
import type { MigrationRecord } from '@/lib/core/migration-record';
import { type JournalRow, judgeJournal, pendingIn, type TeamJournal } from './judge-journal';

const record = (tool: MigrationRecord['tool'], rest: Partial<MigrationRecord> = {}): MigrationRecord => ({
  tool,
  table: { schema: 's', name: 'journal' },
  tag: 'c',
  hash: 'f'.repeat(64),
  when: tool === 'prisma' ? null : 3000,
  earlier: [
    { tag: 'a', when: tool === 'prisma' ? null : 1000 },
    { tag: 'b', when: tool === 'prisma' ? null : 2000 },
  ],
  make: false,
  ...rest,
});
const row = (name: string | null, when: number | null, state: JournalRow['state'] = 'done'): JournalRow => ({
  name,
  when,
  state,
});
const journal = (named: boolean, ...rows: JournalRow[]): TeamJournal => ({ there: true, named, rows });

describe('what a journal says of a file and those before it', () => {
  it('drizzle goes by the youngest time: what is older and has no record is skipped, not pending', () => {
    const of = (...whens: number[]) =>
      judgeJournal(record('drizzle'), journal(false, ...whens.map((when) => row(null, when))));
    expect(of(1000, 2000)).toMatchObject({ recorded: false, pending: [], skipped: [], later: false });
    expect(of(1000)).toMatchObject({ pending: ['b'], skipped: [] });
    expect(of(2000)).toMatchObject({ pending: [], skipped: ['a'] });
    expect(of()).toMatchObject({ pending: ['a', 'b'] });
    expect(of(1000, 2000, 3000)).toMatchObject({ recorded: true, later: false });
    expect(of(1000, 2000, 3000, 4000)).toMatchObject({ recorded: true, later: true });
  });

  it('drizzle 1.0 goes by names, and by seconds in a table that it has not touched yet', () => {
    const folders = record('drizzle-folders');
    expect(judgeJournal(folders, journal(true, row('a', 1), row('c', 3)))).toMatchObject({
      recorded: true,
      pending: ['b'],
    });
    expect(judgeJournal(folders, journal(true, row(null, 3000)))).toMatchObject({ recorded: false });
    expect(judgeJournal(folders, journal(false, row(null, 1234), row(null, 3999)))).toMatchObject({
      recorded: true,
      pending: ['b'],
      later: false,
    });
  });

  it('Prisma goes by names of what has ended well', () => {
    const of = (...rows: JournalRow[]) => judgeJournal(record('prisma'), journal(false, ...rows));
    expect(of(row('a', null), row('b', null, 'rolled_back'))).toMatchObject({
      pending: ['b'],
      failed: false,
    });
    expect(of(row('a', null), row('b', null), row('c', null, 'failed'))).toMatchObject({
      recorded: false,
      failed: true,
    });
    expect(of(row('c', null, 'rolled_back'))).toMatchObject({ recorded: false, failed: false });
    expect(of(row('c', null), row('d', null)).later).toBe(true);
    expect(of(row('c', null), row('d', null, 'rolled_back')).later).toBe(false);
  });

  it('what is pending of a folder is what the tool would run', () => {
    const entries = [
      record('drizzle', { tag: 'x', when: 1500 }),
      record('drizzle', { tag: 'y', when: 2500 }),
    ];
    expect(pendingIn('drizzle', journal(false, row(null, 2000)), entries).map(({ tag }) => tag)).toEqual([
      'y',
    ]);
  });
});
