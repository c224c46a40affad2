import type { Direction } from '@/lib/core/rollout';
import { requestMove, requireRollout } from '@/lib/engine/rollouts';
import { type MoveEvent, type MoveOutcome, type RunMoveInput, runMove } from '@/lib/engine/run-move';
import type { Target } from '@/lib/engine/target';

export const ACTOR = { id: 'test', name: 'Test', via: 'cli' } as const;

export interface MoveOptions {
  readonly acknowledged?: readonly string[];
  /** How long a worker works before it gives way. @default no limit */
  readonly sliceMs?: number;
  readonly onEvent?: (event: MoveEvent) => void | Promise<void>;
}

/** Asks for a move, as a click does; nothing works on it yet. */
export async function askFor(
  target: Target,
  rolloutId: string,
  direction: Direction,
  acknowledged: readonly string[] = [],
): Promise<void> {
  const { version } = await requireRollout(target, { id: rolloutId });
  await requestMove(target, {
    rolloutId,
    direction,
    expectedVersion: version,
    actor: ACTOR,
    acknowledged,
    waivesRetention: true,
  });
}

/** Asks for a move and works on it until it is done or has failed. */
export async function move(
  target: Target,
  rolloutId: string,
  direction: Direction,
  options: MoveOptions = {},
): Promise<MoveOutcome> {
  await askFor(target, rolloutId, direction, options.acknowledged);
  return finish(target, { rolloutId, owner: 'test', sliceMs: options.sliceMs, onEvent: options.onEvent });
}

/** Works on the open move until it is done or has failed; waits while another worker's lease lasts. */
export async function finish(target: Target, input: RunMoveInput): Promise<MoveOutcome> {
  for (;;) {
    const outcome = await runMove(target, input);
    if (outcome.kind === 'busy') await new Promise((resolve) => setTimeout(resolve, outcome.retryInMs));
    else if (outcome.kind !== 'yielded') return outcome;
  }
}

/** The same; an outcome other than "completed" is an error that says what happened. */
export async function mustMove(
  target: Target,
  rolloutId: string,
  direction: Direction,
  options: MoveOptions = {},
): Promise<number> {
  const outcome = await move(target, rolloutId, direction, options);
  if (outcome.kind === 'completed') return outcome.position;
  throw new Error(`moving ${direction}: ${JSON.stringify(outcome, null, 2)}`);
}
