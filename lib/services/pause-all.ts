import type { Actor } from '@/lib/core/available-actions';
import { SegueError } from '@/lib/core/errors';
import { latestAct, recordAct } from '@/lib/store/acts';
import { listTransitionsInUse, type TransitionRecord } from '@/lib/store/transitions';
import { pauseRun } from './pause-run';
import { readRollout } from './read-rollout';
import { resumeRun } from './resume-run';
import type { ServiceContext } from './service-context';

/** What became of each transition. */
export interface AllResult {
  readonly done: readonly string[];
  /** Name and why not: it came to rest by itself, its database is away, somebody else was faster. */
  readonly left: readonly { readonly name: string; readonly why: string }[];
}

/**
 * Asks every running rollout that this dashboard drives to stop after the batch or step in hand. One that cannot be
 * asked does not keep the others running. Which ones is recorded, for {@link resumeAll}. May be called twice.
 */
export async function pauseAll(context: ServiceContext, actor: Actor): Promise<AllResult> {
  const running = (await listTransitionsInUse(context.control)).filter(
    ({ rollout }) =>
      rollout.fact?.managedBy === context.instanceId &&
      (rollout.fact.activity === 'running' || rollout.fact.activity === 'held'),
  );
  const result = await forEach(context, running, (id, version) => pauseRun(context, actor, { id, version }));
  if (result.ids.length > 0) {
    await recordAct(context.control, {
      actor,
      action: 'pause_all',
      object: counted(result.done.length),
      detail: { note: result.done.join(', '), ids: result.ids },
    });
  }
  return { done: result.done, left: result.left };
}

/** Lets those go on that {@link pauseAll} stopped last and nobody has touched since; others that are paused stay so. */
export async function resumeAll(context: ServiceContext, actor: Actor): Promise<AllResult> {
  const together = await pausedTogether(context);
  const paused = (await listTransitionsInUse(context.control)).filter(
    ({ transition, rollout }) =>
      together.has(transition.id) &&
      (rollout.fact?.activity === 'paused' || rollout.fact?.activity === 'pausing'),
  );
  const result = await forEach(context, paused, (id, version) => resumeRun(context, actor, { id, version }));
  if (result.ids.length > 0) {
    await recordAct(context.control, {
      actor,
      action: 'resume_all',
      object: counted(result.done.length),
      detail: { note: result.done.join(', '), ids: result.ids },
    });
  }
  return { done: result.done, left: result.left };
}

/** Ids of the transitions that "pause everything" stopped last. */
export async function pausedTogether(context: ServiceContext): Promise<ReadonlySet<string>> {
  const act = await latestAct(context.control, 'pause_all');
  const ids = act?.detail.ids;
  return new Set(Array.isArray(ids) ? ids.map(String) : []);
}

const counted = (count: number): string => `${count} ${count === 1 ? 'transition' : 'transitions'}`;

async function forEach(
  context: ServiceContext,
  records: readonly TransitionRecord[],
  act: (id: string, version: number) => Promise<unknown>,
): Promise<AllResult & { readonly ids: readonly string[] }> {
  const ids: string[] = [];
  const done: string[] = [];
  const left: { name: string; why: string }[] = [];
  await Promise.all(
    records.map(async (record) => {
      const { id, name } = record.transition;
      try {
        const { version } = await readRollout(context, record, { progress: false, fresh: true });
        await act(id, version);
        ids.push(id);
        done.push(name);
      } catch (error) {
        if (!(error instanceof SegueError)) throw error;
        left.push({ name, why: error.message });
      }
    }),
  );
  return { ids, done: done.sort(), left };
}
