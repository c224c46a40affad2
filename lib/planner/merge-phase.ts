import {
  type CheckSpec,
  type Decision,
  type DeployNote,
  PHASE_TITLES,
  type Phase,
  type PhaseKind,
  type Step,
} from '@/lib/core/plan';
import type { RelationName } from '@/lib/core/sql-text';
import { joinCode } from './deploy/code';
import type { PhasePart } from './plan-parts';

const notesOf = (parts: readonly PhasePart[]): DeployNote[] =>
  parts.flatMap((part) => (part.deploy === undefined ? [] : [part.deploy]));

const withDecisions = (decisions: readonly Decision[]): Pick<DeployNote, 'decisions'> =>
  decisions.length === 0 ? {} : { decisions };

/** Several notes as one, with the questions of all; null where there is none. */
export function mergeNotes([first, ...rest]: readonly DeployNote[]): DeployNote | null {
  if (first === undefined) return null;
  return rest.reduce<DeployNote>(
    (merged, note) => ({
      title: `${merged.title}; ${note.title.charAt(0).toLowerCase()}${note.title.slice(1)}`,
      text: `${merged.text} ${note.text}`,
      question: [merged.question, note.question].filter((question) => question !== null).join(' ') || null,
      ...withDecisions([...(merged.decisions ?? []), ...(note.decisions ?? [])]),
      code: joinCode(merged.code, note.code),
      test: `${merged.test}\n\n${note.test}`,
    }),
    first,
  );
}

const checksOf = (parts: readonly PhasePart[], pick: (part: PhasePart) => readonly CheckSpec[] | undefined) =>
  parts.flatMap((part) => pick(part) ?? []);

/** True where a long transaction on the table could keep one of the steps from its lock. */
export function takesStrongLock(steps: readonly Step[]): boolean {
  return steps.some((step) =>
    step.locks.some((lock) => lock.mode === 'ACCESS EXCLUSIVE' || lock.mode === 'SHARE ROW EXCLUSIVE'),
  );
}

const sentences = (parts: readonly string[]): string => parts.filter((part) => part !== '').join(' ');

/** One phase of a transition from the parts that its operations bring to it. */
export function mergePhase(
  kind: PhaseKind,
  number: number,
  parts: readonly PhasePart[],
  tables: readonly RelationName[],
): Phase {
  const steps: Step[] = parts.flatMap((part) => part.steps);
  const longTransactions: CheckSpec[] = takesStrongLock(steps)
    ? [
        {
          id: 'long_transactions',
          title: 'No long transaction is in the way',
          work: { kind: 'long_transactions', tables },
        },
      ]
    : [];
  return {
    number,
    kind,
    title: PHASE_TITLES[kind],
    summary: sentences(parts.map((part) => part.summary)),
    steps,
    entryChecks: [...longTransactions, ...checksOf(parts, (part) => part.entryChecks)],
    exitChecks: checksOf(parts, (part) => part.exitChecks),
    watchChecks: checksOf(parts, (part) => part.watchChecks),
    rollbackChecks: checksOf(parts, (part) => part.rollbackChecks),
    deploy: mergeNotes(notesOf(parts)),
    lossless: parts.every((part) => part.lossless),
    rollback: sentences(parts.map((part) => part.rollback)),
  };
}
