import * as store from '@/lib/store/events';
import { listRuns } from '@/lib/store/runs';
import { requireTransition } from './require-record';
import type { ServiceContext } from './service-context';

/** One thing that the engine reported of a run. */
export interface RunEventView {
  readonly id: number;
  readonly at: string;
  readonly type: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** The events of a transition's last run, newest first; batches are summed up. */
export async function listEvents(context: ServiceContext, id: string): Promise<RunEventView[]> {
  const { rollout } = await requireTransition(context.control, id);
  const [run] = await listRuns(context.control, rollout.id);
  if (run === undefined) return [];
  const events = await store.listEvents(context.control, run.id);
  return events.map(({ id: eventId, at, type, payload }) => ({
    id: eventId,
    at: at.toISOString(),
    type,
    payload,
  }));
}
