import { PHASE_TITLES, type Plan } from '@/lib/core/plan';
import type { Direction } from '@/lib/core/rollout';
import type { HistoryEntry } from './transition-view';

/** One advance or rollback as the target recorded it. */
export interface MoveRecord {
  readonly id: string;
  readonly direction: Direction;
  readonly phase: number;
  readonly actor: string;
  readonly words: readonly string[];
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly outcome: string | null;
  readonly error: string | null;
}

/** One line of the control database's audit. */
export interface ActRecord {
  readonly id: number;
  readonly at: string;
  readonly actor: string | null;
  readonly action: string;
  readonly detail: Record<string, unknown>;
}

type Tone = HistoryEntry['tone'];

/** What an act is called in the history. Moves are told by the target's own records, so their acts are left out. */
const ACTS: Record<string, readonly [what: string, tone: Tone] | null> = {
  create: ['Planned the transition', 'neutral'],
  edit: ['Edited the draft', 'neutral'],
  duplicate: ['Made it as a copy', 'neutral'],
  approve: ['Approved the plan', 'good'],
  approve_again: ['Approved the changed schema', 'good'],
  approval_void: ['The schema changed: the approval is void', 'waiting'],
  prove: null,
  replan: ['The plan was made anew', 'waiting'],
  pause: null,
  resume: null,
  change_settings: ['Changed settings', 'neutral'],
  cancel_blocker: ['Cancelled a query that stood in the way', 'waiting'],
  terminate_blocker: ['Ended a session that stood in the way', 'waiting'],
  abandon: ['Abandoned it', 'neutral'],
  take_over: null,
  hand_over: null,
  restored: ['The database says less than before: it was restored, or a standby took over', 'waiting'],
  leave: null,
  found: ['Found in the database, started from the command line', 'neutral'],
  advance: null,
  roll_back: null,
};

/** The history with who and when, newest first. */
export function buildHistory(
  plan: Plan,
  moves: readonly MoveRecord[],
  acts: readonly ActRecord[],
): readonly HistoryEntry[] {
  const entries = [...moves.flatMap((move) => moveEntries(plan, move)), ...acts.flatMap(actEntry)];
  return entries.sort((a, b) => (a.at === b.at ? order(b) - order(a) : a.at < b.at ? 1 : -1));
}

/** At the same instant an end stands above its start. */
function order(entry: HistoryEntry): number {
  return entry.id.endsWith(':end') ? 1 : 0;
}

/** Requests that the target records as moves that ended at once. An accepted drift is told by its approval. */
const REQUESTS: Record<string, readonly [what: string, tone: Tone] | null> = {
  pause_requested: ['Asked to pause', 'waiting'],
  resume_requested: ['Resumed', 'neutral'],
  taken_over: ['Took it over', 'neutral'],
  drift_accepted: null,
  abandoned: ['Abandoned it', 'neutral'],
  left: ['Abandoned it and left what is there', 'waiting'],
};

function moveEntries(plan: Plan, move: MoveRecord): HistoryEntry[] {
  if (move.outcome !== null && move.outcome in REQUESTS) {
    const request = REQUESTS[move.outcome] ?? null;
    if (request === null) return [];
    const [what, tone] = request;
    const detail = move.words.length === 0 ? null : move.words.join('; ');
    return [{ id: move.id, at: move.startedAt, actor: move.actor, what, detail, tone }];
  }
  const phase = plan.phases[move.phase - 1];
  const name = phase === undefined ? `phase ${move.phase}` : PHASE_TITLES[phase.kind];
  const forward = move.direction === 'forward';
  const started: HistoryEntry = {
    id: `${move.id}:start`,
    at: move.startedAt,
    actor: move.actor,
    what: forward ? `Started ${name}` : `Rolled back ${name}`,
    detail: move.words.length === 0 ? null : move.words.join(' '),
    tone: 'neutral',
  };
  if (move.endedAt === null) return [started];
  const ended: HistoryEntry = {
    id: `${move.id}:end`,
    at: move.endedAt,
    actor: 'Segue',
    ...ending(name, forward, move),
  };
  return [started, ended];
}

function ending(
  name: string,
  forward: boolean,
  move: MoveRecord,
): Pick<HistoryEntry, 'what' | 'detail' | 'tone'> {
  if (move.error !== null || move.outcome === 'failed') {
    return {
      what: forward ? `${name} stopped` : `Rolling back ${name} stopped`,
      detail: move.error,
      tone: 'bad',
    };
  }
  if (move.outcome === 'completed' || move.outcome === 'done') {
    return { what: forward ? `${name} is done` : `${name} is undone`, detail: null, tone: 'good' };
  }
  return { what: `${name} was turned back half-way`, detail: null, tone: 'waiting' };
}

function actEntry(act: ActRecord): HistoryEntry[] {
  const known =
    act.action in ACTS ? ACTS[act.action] : ([act.action.replaceAll('_', ' '), 'neutral'] as const);
  if (known === null || known === undefined) return [];
  const [what, tone] = known;
  return [
    { id: `act:${act.id}`, at: act.at, actor: act.actor ?? 'Segue', what, detail: detailOf(act), tone },
  ];
}

function detailOf(act: ActRecord): string | null {
  const { note, changes } = act.detail;
  if (typeof note === 'string' && note !== '') return note;
  if (Array.isArray(changes) && changes.length > 0) return changes.map(String).join('\n');
  return null;
}
