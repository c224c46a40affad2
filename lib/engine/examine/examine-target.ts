import type { Examination, ExaminedObject, ExaminedRollout } from '@/lib/core/examination';
import { statusOf } from '@/lib/core/rollout';
import { transitionTag } from '@/lib/planner/names';
import { driftOf } from '../binding';
import { listRollouts } from '../rollouts';
import { SEGUE_SCHEMA_VERSION, segueSchemaVersion } from '../segue-schema';
import { type Target, targetError } from '../target';
import { judgeExamination } from './judge-examination';
import { readSegueObjects, readStaleSessions, readTraces, readUnfinished } from './read-examination';

/**
 * What is in a target, whose it is, and whether it is healthy. Changes nothing; reads the catalog and Segue's own tables, never
 * the application's rows.
 */
export async function examineTarget(target: Target): Promise<Examination> {
  try {
    const version = await segueSchemaVersion(target.sql);
    const schema = { version, known: SEGUE_SCHEMA_VERSION };
    const [objects, unfinished] = [await readSegueObjects(target), await readUnfinished(target)];
    const rollouts = version === 0 ? [] : await examineRollouts(target, objects);
    const owned = new Set(rollouts.flatMap((rollout) => rollout.objects));
    const sessions = version === 0 ? [] : await readStaleSessions(target);
    const findings = judgeExamination({
      schema,
      rollouts,
      orphans: objects.filter((object) => !owned.has(object)),
      unfinished,
      sessions,
      now: new Date().toISOString(),
    });
    return { schema, rollouts, findings };
  } catch (error) {
    throw targetError(error, target);
  }
}

async function examineRollouts(
  target: Target,
  objects: readonly ExaminedObject[],
): Promise<ExaminedRollout[]> {
  const traces = new Map((await readTraces(target)).map((trace) => [trace.id, trace]));
  const examined: ExaminedRollout[] = [];
  for (const fact of await listRollouts(target)) {
    const trace = traces.get(fact.id);
    if (trace === undefined) continue;
    const tag = transitionTag(fact.name);
    const planned = new Set(fact.plan.phases.flatMap((phase) => phase.steps).map((step) => step.index?.name));
    const atRest = fact.activity === 'idle' && fact.position > 0 && fact.ended === null;
    examined.push({
      id: fact.id,
      name: fact.name,
      digest: fact.digest,
      position: fact.position,
      phases: fact.plan.phases.length,
      moving: fact.direction !== null,
      state: statusOf(fact),
      managedBy: fact.managedBy,
      error: fact.error?.message ?? null,
      lease: {
        epoch: Number(trace.epoch),
        owner: trace.owner,
        heartbeatAt: trace.heartbeat,
        alive: trace.alive,
      },
      claims: trace.claims,
      retired: trace.retired,
      objects: objects.filter((object) => object.name.includes(tag) || planned.has(object.name)),
      exceptions: trace.exceptions,
      conflicts: trace.conflicts,
      drift: atRest ? await driftOf(target, fact.id) : [],
    });
  }
  return examined;
}
