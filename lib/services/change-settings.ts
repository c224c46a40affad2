import { z } from 'zod';
import type { Actor } from '@/lib/core/available-actions';
import type { RolloutSettings } from '@/lib/core/rollout';
import { changeSettings as changeInTarget } from '@/lib/engine/rollouts';
import { recordAct } from '@/lib/store/acts';
import { storeSettings } from '@/lib/store/rollouts';
import { readRollout } from './read-rollout';
import { requireAllowed } from './require-allowed';
import { requireTransition } from './require-record';
import { withRolloutLock } from './rollout-lock';
import type { ServiceContext } from './service-context';

const DAY_MS = 24 * 60 * 60 * 1000;
const MOST_MB = 100_000_000;

/** The settings a person may change, with their bounds. A pause above 2 s would no longer be a short one. */
export const settingsInput = z
  .strictObject({
    maxPauseMs: z.number().int().min(10, 'At least 10 ms.').max(2000, 'At most 2,000 ms.'),
    tablePauses: z.record(
      z.string().max(200),
      z.number().int().min(10, 'At least 10 ms.').max(2000, 'At most 2,000 ms.'),
    ),
    standbyWaitMs: z.number().int().min(0).max(3_600_000, 'At most an hour.'),
    batchRows: z.number().int().min(1, 'At least 1 row.').max(100_000, 'At most 100,000 rows.'),
    batchMs: z.number().int().min(5, 'At least 5 ms.').max(5000, 'At most 5,000 ms.'),
    batchPauseMs: z.number().int().min(0).max(60_000, 'At most 60,000 ms.'),
    lanes: z.number().int().min(1, 'At least 1.').max(4, 'At most 4.'),
    maxReplicaLagMs: z.number().int().min(0).max(DAY_MS, 'At most a day.'),
    maxWalMbPerSecond: z.number().int().min(0).max(100_000, 'At most 100,000 MB/s.'),
    maxSlotBacklogMb: z.number().int().min(0).max(MOST_MB, 'At most 100 TB.'),
    maxLockWaiters: z.number().int().min(0).max(10_000, 'At most 10,000.'),
    maxVacuumMinutes: z.number().int().min(0).max(1440, 'At most a day.'),
    maxDeadPercent: z.number().int().min(0).max(100, 'At most 100 %.'),
    maxProbeMs: z.number().int().min(0).max(60_000, 'At most 60,000 ms.'),
    stopRetainedWalMb: z.number().int().min(0).max(MOST_MB, 'At most 100 TB.'),
    stopGrowthPercent: z.number().int().min(0).max(10_000, 'At most 10,000 %.'),
    retentionMs: z
      .number()
      .int()
      .min(0)
      .max(365 * DAY_MS, 'At most 365 days.'),
  })
  .partial();

/** Changes settings, also while it runs: they hold from the next batch or statement on. */
export async function changeSettings(
  context: ServiceContext,
  actor: Actor,
  input: { id: string; settings: Partial<RolloutSettings> },
): Promise<void> {
  const { rollout } = await requireTransition(context.control, input.id);
  await withRolloutLock(context, rollout.id, async (tx) => {
    const record = await requireTransition(tx, input.id);
    const state = await readRollout(context, record, { progress: false, fresh: true });
    requireAllowed(state, 'change_settings', actor);
    const { fact } = state;
    if (fact !== null) {
      await context.targets.use(record.database, (target) =>
        changeInTarget(target, { rolloutId: fact.id, settings: input.settings, actor }),
      );
    }
    await storeSettings(tx, rollout.id, { ...record.rollout.settings, ...input.settings });
    await recordAct(tx, {
      actor,
      action: 'change_settings',
      object: record.transition.name,
      transitionId: record.transition.id,
      databaseId: record.database.id,
      detail: { note: settingsText(input.settings), settings: input.settings },
    });
  });
}

const limit = (value: number, text: string, name: string) => (value === 0 ? `${name} not looked at` : text);

const NAMES: Record<Exclude<keyof RolloutSettings, 'tablePauses'>, (value: number) => string> = {
  maxPauseMs: (value) => `longest pause ${value} ms`,
  standbyWaitMs: (value) => limit(value, `standbys waited for ${value / 1000} s`, 'standbys'),
  batchRows: (value) => `at most ${value.toLocaleString('en')} rows a batch`,
  batchMs: (value) => `${value} ms a batch`,
  batchPauseMs: (value) => `${value} ms between batches`,
  lanes: (value) => (value === 1 ? '1 lane' : `${value} lanes`),
  maxReplicaLagMs: (value) => limit(value, `hold above ${value} ms of standby lag`, 'standby lag'),
  maxWalMbPerSecond: (value) => limit(value, `hold above ${value} MB/s of WAL`, 'WAL rate'),
  maxSlotBacklogMb: (value) => limit(value, `hold above ${value} MB kept by a slot`, 'slot backlog'),
  maxLockWaiters: (value) => limit(value, `hold at ${value} waiting sessions`, 'waiting sessions'),
  maxVacuumMinutes: (value) => limit(value, `hold for a vacuum up to ${value} min`, 'vacuum'),
  maxDeadPercent: (value) => limit(value, `hold above ${value} % dead rows`, 'dead rows'),
  maxProbeMs: (value) => limit(value, `hold when a row takes over ${value} ms to read`, 'probe'),
  stopRetainedWalMb: (value) => limit(value, `stop above ${value} MB kept by a slot`, 'retained WAL'),
  stopGrowthPercent: (value) => limit(value, `stop when the table grew by ${value} %`, 'growth'),
  retentionMs: (value) => `retired columns kept ${+(value / DAY_MS).toFixed(2)} days`,
};

/** "longest pause 200 ms, 1,000 rows a batch". Pure. */
export function settingsText(settings: Partial<RolloutSettings>): string {
  const { tablePauses, ...figures } = settings;
  const keys = Object.keys(NAMES) as (keyof typeof NAMES)[];
  return [
    ...keys.flatMap((key) => {
      const value = figures[key];
      return value === undefined ? [] : [NAMES[key](value)];
    }),
    ...Object.entries(tablePauses ?? {}).map(([table, pause]) => `longest pause on ${table} ${pause} ms`),
  ].join(', ');
}
