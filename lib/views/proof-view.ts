import { type ProofReport, type ProofServer, proofNext, proofSentence } from '@/lib/core/proof';
import { type DifferenceView, differenceViews } from './proof-differences';

export type ProofState = 'waiting' | 'running' | 'equal' | 'different' | 'unproved';

/** Whether the plan was shown, on throw-away databases, to end where the migration file does. */
export interface ProofView {
  readonly state: ProofState;
  readonly sentence: string;
  /** What to do next; null: nothing. */
  readonly next: string | null;
  /** ISO time at which it began or ended; null while nobody is at it. */
  readonly at: string | null;
  readonly tookMs: number | null;
  readonly differences: readonly DifferenceView[];
  /** What limits what was shown: another version, what the copy lacks, a file that fails on rows. */
  readonly notes: readonly string[];
  /** By name: what the copy has otherwise than the database. */
  readonly copyLacks: readonly string[];
  readonly mayRunAgain: boolean;
}

interface Given {
  /** The last attempt, of whatever plan. */
  readonly stored: {
    readonly planDigest: string;
    readonly state: 'queued' | 'running' | 'done';
    readonly at: Date;
    readonly report: ProofReport | null;
  } | null;
  readonly planDigest: string;
  /** It left its start: the database has the schema before the file no more. */
  readonly moved: boolean;
  /** That schema was kept when the plan was approved. */
  readonly kept: boolean;
  /** Nothing of it is left to be moved. */
  readonly ended: boolean;
}

const OPEN = {
  next: null,
  at: null,
  tookMs: null,
  differences: [],
  notes: [],
  copyLacks: [],
  mayRunAgain: false,
};

/** The proof of the plan that is shown; one of another plan counts for nothing. Pure. */
export function proofView({ stored, planDigest, moved, kept, ended }: Given): ProofView {
  const mayRunAgain = !moved || kept;
  const own = stored?.planDigest === planDigest ? stored : null;
  const report = own?.report ?? null;
  if (own?.state === 'running')
    return {
      ...OPEN,
      state: 'running',
      sentence: 'The file runs on one throw-away copy, the plan on another.',
      at: own.at.toISOString(),
    };
  if (own !== null && report !== null) return ofReport(report, own.at, mayRunAgain);
  if (!mayRunAgain)
    return {
      ...OPEN,
      state: 'unproved',
      sentence:
        'Not proved: it began before this plan was proved, and the schema before it was not kept at the approval.',
      next: ended ? null : proofNext('begun'),
    };
  return {
    ...OPEN,
    state: 'waiting',
    sentence: moved
      ? 'It is proved as soon as a worker is free, from the schema that was kept at the approval.'
      : stored === null || own !== null
        ? 'It is proved as soon as a worker is free.'
        : 'The plan changed: the new one is proved as soon as a worker is free.',
  };
}

function ofReport(report: ProofReport, at: Date, mayRunAgain: boolean): ProofView {
  return {
    state: report.outcome,
    sentence: proofSentence(report),
    next: nextOf(report),
    at: at.toISOString(),
    tookMs: report.tookMs,
    differences: differenceViews(report.differences),
    notes: notesOf(report),
    copyLacks: report.copyLacks,
    mayRunAgain: mayRunAgain && report.obstacle !== 'no_sql',
  };
}

function nextOf({ outcome, obstacle }: ProofReport): string | null {
  if (outcome === 'different')
    return 'Read them before you approve: what the plan leaves otherwise stays so. Change the file, or put what is missing into one after it.';
  return obstacle === null ? null : proofNext(obstacle);
}

function notesOf({ server, rawFailsOnRows, otherSteps, fromApproval, asPgroll }: ProofReport): string[] {
  const notes = server === null ? [] : serverNotes(server);
  if (asPgroll === true)
    notes.push(
      'Your file is one of pgroll’s: its operations were run as SQL, as pgroll’s documentation says of them started and completed. Without its version schemas.',
    );
  if (fromApproval === true)
    notes.push(
      'It had begun by then: the copies are made from the schema as it was when the plan was approved.',
    );
  if (rawFailsOnRows !== null)
    notes.push(
      `The file itself fails as soon as its tables have rows (${rawFailsOnRows.replace(/\.$/, '')}). Schemas are compared with what it makes of empty tables.`,
    );
  if (otherSteps.length > 0)
    notes.push(
      `On the copy ${otherSteps.length === 1 ? 'one step reads' : `${otherSteps.length} steps read`} otherwise than in this plan: ${otherSteps.slice(0, 5).join('; ')}${otherSteps.length > 5 ? ' …' : ''}.`,
    );
  return notes;
}

function serverNotes({ major, wantedMajor, kind }: ProofServer): string[] {
  if (major === wantedMajor) return [];
  const used = kind === 'own' ? `the PostgreSQL ${major} that Segue brings` : `PostgreSQL ${major}`;
  return [
    `The database is PostgreSQL ${wantedMajor}, of which no server is there for copies: ${used} was used. To prove it on ${wantedMajor}, name a server in SEGUE_SCRATCH_URL.`,
  ];
}
