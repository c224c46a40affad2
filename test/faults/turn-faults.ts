import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '@/lib/core/random';
import { requestPause, requireRollout } from '@/lib/engine/rollouts';
import { type MoveEvent, runMove } from '@/lib/engine/run-move';
import { ACTOR } from '../lifecycle/move';
import { ask, atRest, type Fault, isPassing, type Leg, type LegFault, travel } from './journey';
import { hasHeldUp, holdUp, isHeldUp } from './outside-faults';
import { type Snapshot, sameSnapshot, visiblePart } from './snapshot';
import type { World } from './world';

/** Called at every event until it says that it has seen to the interruption. */
type Interrupt = (event: MoveEvent, world: World) => Promise<boolean>;

const opposite = (leg: Leg) => (leg.direction === 'forward' ? 'back' : 'forward');

/** The click: a way forward is turned round while it runs, a way back is paused first. */
async function click(world: World, leg: Leg): Promise<void> {
  if (leg.direction === 'forward') return ask(world, 'back');
  const { version, activity } = await requireRollout(world.direct, { id: world.rolloutId });
  if (activity !== 'running' && activity !== 'held') return;
  await requestPause(world.direct, { rolloutId: world.rolloutId, expectedVersion: version, actor: ACTOR });
}

/** After the worker was cut off: the click, and for a way back the worker that comes to rest. */
async function turnRound(world: World, leg: Leg): Promise<void> {
  await world.letTimePass();
  await click(world, leg);
  for (;;) {
    const { activity } = await requireRollout(world.direct, { id: world.rolloutId });
    if (activity !== 'pausing') return;
    await runMove(world.target, { rolloutId: world.rolloutId, owner: 'test' }).catch((error: unknown) => {
      if (!isPassing(error)) throw error;
    });
    await world.letTimePass();
  }
}

/**
 * Goes a part of the way, is interrupted, and the person turns round: the rollout must come back to where it began. So often
 * as there is a way to interrupt it, at most `most` times. Then the move itself, undisturbed.
 */
function turning(
  name: string,
  most: number,
  interruptOf: (leg: Leg, turn: number) => Interrupt,
  concerns: (world: World) => boolean = () => true,
): Fault {
  let strikes = 0;
  let first: Snapshot | null = null;
  return {
    name,
    repeats: true,
    concerns,
    strikes: () => strikes,
    leg: (world, leg): LegFault => ({
      before: async () => {
        const before = await atRest(world);
        first ??= before;
        const start = first;
        const { position } = await requireRollout(world.direct, { id: world.rolloutId });
        // The one point of no return.
        if (world.plan.phases[Math.max(position, leg.goal) - 1]?.kind === 'purge') return;
        const part = (whole: Snapshot) => visiblePart(whole, start, world.subject);
        for (let turn = 0; turn < most; turn += 1) {
          const interrupt = interruptOf(leg, turn);
          let at: string | null = null;
          await ask(world, leg.direction);
          await runMove(world.target, {
            rolloutId: world.rolloutId,
            owner: 'test',
            onEvent: async (event) => {
              if (at === null && (await interrupt(event, world)))
                at = `${event.type} ${String(event.stepId)}`;
            },
          }).catch((error: unknown) => {
            if (!isPassing(error)) throw error;
          });
          if (at !== null) strikes += 1;
          await turnRound(world, leg);
          const where = `turn ${turn} at ${at ?? 'the end'}`;
          await travel(world, { direction: opposite(leg), goal: position }, {}).catch((error: unknown) => {
            throw new Error(`${where}: ${error instanceof Error ? error.message : String(error)}`, {
              cause: error,
            });
          });
          sameSnapshot(part(await atRest(world)), part(before), `back where it began after ${where}`);
          if (at === null) return;
        }
      },
    }),
  };
}

/** Cut off after some event, or a little later inside whatever the worker does then, and turned round. */
export function cutAndTurned(random: Random, most: number): Fault {
  return turning('cut and turned round', most, (_leg, turn) => {
    let left = 1 + turn * 2 + random.below(3);
    const later = random.below(2) === 0 ? 0 : 1 + random.below(20);
    return async (_event, world) => {
      left -= 1;
      if (left > 0) return false;
      if (later === 0) world.proxy.cut();
      else void sleep(later).then(() => world.proxy.cut());
      return true;
    };
  });
}

/** Turned round by a click between two steps: at every such place once. */
export function turnedBetweenSteps(): Fault {
  const met = new Set<string>();
  return turning('turned round between steps', 1000, (leg) => async (event, world) => {
    const id = `${leg.index} ${String(event.stepId)}`;
    if (event.type !== 'step_done' || met.has(id)) return false;
    met.add(id);
    await click(world, leg);
    return true;
  });
}

/** Cut off and turned round while a statement outside a transaction hangs in the middle: each such step of the way once. */
export function turnedInTheMiddle(): Fault {
  const met = new Set<string>();
  const interruptOf =
    (leg: Leg): Interrupt =>
    async (event, world) => {
      const id = `${leg.index} ${String(event.stepId)}`;
      if (!isHeldUp(world, event) || met.has(id)) return false;
      met.add(id);
      const holder = await holdUp(world, event);
      void holder.stuck.then(async () => {
        world.proxy.cut();
        await sleep(300);
        await holder.letGo();
      });
      return true;
    };
  const name = 'cut and turned round in the middle of an index build, detach or validation';
  return turning(name, 30, interruptOf, hasHeldUp);
}
