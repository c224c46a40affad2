import { recordedFile, teamCommand } from '@/lib/core/migration-record';
import type { CheckWork } from '@/lib/core/plan';
import { judgeJournal } from '@/lib/planner/team-record/judge-journal';
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
  const count = record.earlier.length;
  return {
    outcome: 'pass',
    summary:
      count === 0
        ? `${file} is the first of its folder.`
        : `${count === 1 ? 'The file' : `All ${count} files`} before ${file} ${count === 1 ? 'is' : 'are'} recorded.`,
  };
}
