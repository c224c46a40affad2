import { SegueError } from '@/lib/core/errors';
import { type MigrationRecord, RECORD_STEP, recordedFile, teamCommand } from '@/lib/core/migration-record';
import type { CheckSpec, Finding, Phase, Step } from '@/lib/core/plan';
import { quoteName } from '@/lib/core/sql-text';
import type { Catalog } from '../catalog';
import { makeStep, relationLabel } from '../plan-parts';
import { judgeJournal } from './judge-journal';
import { recordSql } from './record-sql';

export interface WithRecord {
  readonly phases: readonly Phase[];
  /** null: it is not recorded, and a finding says why. */
  readonly record: MigrationRecord | null;
  readonly findings: readonly Finding[];
}

const finding = (rule: string, message: string, fix: string): Finding => ({
  rule,
  severity: 'warning',
  operation: null,
  message,
  fix,
});

/**
 * Puts the recording of a team's migration file before everything else in a plan: its first step, its own transaction. So the file
 * is recorded before the schema changes, and no deploy in between runs it raw.
 */
export function withRecord(
  phases: readonly Phase[],
  record: MigrationRecord | undefined,
  transition: string,
  catalog: Catalog,
): WithRecord {
  const [first, ...rest] = phases;
  if (record === undefined || first === undefined) return { phases, record: null, findings: [] };
  const journal = catalog.teamJournal;
  const table = relationLabel(record.table);
  if (journal !== undefined && !journal.there && !record.make)
    return {
      phases,
      record: null,
      findings: [
        finding(
          'file-not-recorded',
          `${recordedFile(record)} is not recorded: this database has no table ${table}.`,
          `If ${teamCommand(record.tool)} is to run here, let it run once before, or plan with --record: else it will run the file raw.`,
        ),
      ],
    };
  const step = recordStep(record, transition, {
    makes: journal?.there === false,
    named: journal === undefined || !journal.there || journal.named,
  });
  const check = (moment: 'before' | 'last', title: string): CheckSpec => ({
    id: `${RECORD_STEP}.${moment}`,
    title,
    work: { kind: 'migration_record', record, moment },
  });
  const begun: Phase = {
    ...first,
    steps: [step, ...first.steps],
    entryChecks: [
      check(
        'before',
        record.earlier === null
          ? `${recordedFile(record)} comes after everything that ${table} has`
          : `All files before ${recordedFile(record)} are recorded in ${table}`,
      ),
      ...first.entryChecks,
    ],
    rollbackChecks: [
      ...first.rollbackChecks,
      check('last', `${recordedFile(record)} is the last that ${table} has`),
    ],
    rollback: `${first.rollback} Takes ${recordedFile(record)} out of ${table}, if no later file is recorded there.`,
  };
  const pending = journal === undefined ? [] : judgeJournal(record, journal).pending;
  return {
    phases: [begun, ...rest],
    record,
    findings:
      pending.length === 0
        ? []
        : [
            finding(
              'earlier-files-pending',
              `${pending.join(', ')} ${pending.length === 1 ? 'comes' : 'come'} before ${recordedFile(record)} and ${pending.length === 1 ? 'is' : 'are'} not recorded in ${table}: the first phase will not start.`,
              `Run ${teamCommand(record.tool)} up to there, or start their transitions, first.`,
            ),
          ],
  };
}

function recordStep(
  record: MigrationRecord,
  transition: string,
  state: { readonly makes: boolean; readonly named: boolean },
): Step {
  const table = relationLabel(record.table);
  const { sql, undo } = recordSql(record, transition, state);
  const locks = [{ relation: table, mode: 'SHARE ROW EXCLUSIVE' }] as const;
  return {
    ...makeStep(
      { index: 0, table: record.table },
      {
        slug: 'record',
        phase: 'expand',
        title: `Record ${recordedFile(record)} in ${table}`,
        impact: `${teamCommand(record.tool)} then finds nothing to do for it, and waits for this moment if it runs now.`,
        sql,
        undo,
        locks: state.makes ? [] : locks,
        undoLocks: locks,
      },
    ),
    id: RECORD_STEP,
  };
}

/** Throws `not_allowed`, with the way out, where somebody has run the file that a transition stands for. */
export function refuseRecorded(record: MigrationRecord | undefined, journal: Catalog['teamJournal']): void {
  if (record === undefined || journal === undefined) return;
  const { recorded, failed, later } = judgeJournal(record, journal);
  const [table, file] = [relationLabel(record.table), recordedFile(record)];
  if (failed)
    throw new SegueError('not_allowed', `${file} has failed half-way here: so says ${table}.`, {
      object: file,
      next: `Take back what it has done, then run prisma migrate resolve --rolled-back ${record.tag}, and plan again.`,
    });
  if (journal.ours) return;
  if (!recorded && later && record.earlier === null)
    throw new SegueError('not_allowed', `A file later than ${file} is recorded in ${table}.`, {
      object: file,
      next: `Check the name or the time: ${teamCommand(record.tool)} runs files in order. If it is right, plan on the command line, where its folder is read, or record nothing.`,
    });
  if (!recorded) return;
  throw new SegueError('not_allowed', `${file} is recorded in ${table} already: somebody has run it here.`, {
    object: file,
    next: `If it has run, nothing is left to do. If the record is wrong, take it out (DELETE FROM ${quoteName(record.table)} …), or record nothing (--no-record).`,
  });
}
