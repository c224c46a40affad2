import { type MigrationRecord, recordedFile, teamCommand } from '@/lib/core/migration-record';
import type { CheckWork } from '@/lib/core/plan';
import { judgeJournal, type TeamJournal } from '@/lib/planner/team-record/judge-journal';
import { readJournalFor } from '../team-journal';
import type { CheckScope, Finding } from './run-check';

type RecordWork = Extract<CheckWork, { kind: 'migration_record' }>;

/** Whether a file can be recorded in its team's journal, or taken out again. */
export async function checkRecord({ target, transition }: CheckScope, work: RecordWork): Promise<Finding> {
  const { record } = work;
  const table = `${record.table.schema}.${record.table.name}`;
  const journal = await readJournalFor(target, record, transition);
  const verdict = judgeJournal(record, journal);
  const file = recordedFile(record);
  if (work.moment === 'last')
    return {
      outcome: 'pass',
      summary: verdict.later
        ? `${file} stays recorded in ${table}: a later file is recorded there too, and ${teamCommand(record.tool)} will not run this one again. Write what is still wanted into a new file.`
        : `Its record goes: ${teamCommand(record.tool)} would then run ${file}.`,
      evidence: verdict.later ? [{ stays: file }] : [],
    };
  if (verdict.recorded && !journal.ours)
    return { outcome: 'fail', summary: `${file} is recorded in ${table} already: somebody has run it.` };
  if (record.earlier === null && verdict.later && !journal.ours)
    return { outcome: 'fail', summary: `A file later than ${file} is recorded in ${table}.` };
  if (verdict.pending.length > 0)
    return {
      outcome: 'fail',
      summary: `${verdict.pending.join(', ')} ${verdict.pending.length === 1 ? 'is' : 'are'} not recorded yet${record.tool === 'drizzle' ? ', and would be skipped for ever' : ''}. Run ${teamCommand(record.tool)} up to there first.`,
      evidence: verdict.pending.map((tag) => ({ file: tag })),
    };
  if (verdict.skipped.length > 0)
    return {
      outcome: 'inconclusive',
      summary: `${verdict.skipped.join(', ')} ${verdict.skipped.length === 1 ? 'has' : 'have'} no record, and ${teamCommand(record.tool)} will never run ${verdict.skipped.length === 1 ? 'it' : 'them'}: a younger file is recorded. Is what ${verdict.skipped.length === 1 ? 'it does' : 'they do'} in the database?`,
      evidence: verdict.skipped.map((tag) => ({ file: tag })),
    };
  if (record.earlier === null) return unseenFolder(record, journal);
  const count = record.earlier.length;
  return {
    outcome: 'pass',
    summary:
      count === 0
        ? `${file} is the first of its folder.`
        : `${count === 1 ? 'The file' : `All ${count} files`} before ${file} ${count === 1 ? 'is' : 'are'} recorded.`,
  };
}

/** What its journal alone cannot tell is left to a person. */
function unseenFolder(record: MigrationRecord, journal: TeamJournal): Finding {
  const done = journal.rows.filter(({ state }) => state === 'done');
  const names = done.flatMap(({ name }) => name ?? []).sort();
  const last =
    names.at(-1) ??
    (done.length === 0
      ? null
      : `of ${new Date(Math.max(...done.map(({ when }) => when ?? 0))).toISOString().slice(0, 19)}Z`);
  return {
    outcome: 'inconclusive',
    summary: `${last === null ? 'Nothing is recorded yet' : `The last record is ${last}`}. Its folder was not there to be read: is every file before ${recordedFile(record)} recorded?${record.tool === 'drizzle' ? ' drizzle-kit migrate would skip for ever what is not.' : ''}`,
    evidence: [{ file: recordedFile(record) }],
  };
}
