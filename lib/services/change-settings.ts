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

/** The settings a person may change, with their bounds. A pause above 2 s would no longer be a short one. */
export const settingsInput = z
  .strictObject({
    maxPauseMs: z.number().int().min(10, 'At least 10 ms.').max(2000, 'At most 2,000 ms.'),
    batchRows: z.number().int().min(1, 'At least 1 row.').max(100_000, 'At most 100,000 rows.'),
    batchPauseMs: z.number().int().min(0).max(60_000, 'At most 60,000 ms.'),
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

const NAMES: Record<keyof RolloutSettings, (value: number) => string> = {
  maxPauseMs: (value) => `longest pause ${value} ms`,
  batchRows: (value) => `${value.toLocaleString('en')} rows a batch`,
  batchPauseMs: (value) => `${value} ms between batches`,
  retentionMs: (value) => `retired columns kept ${+(value / DAY_MS).toFixed(2)} days`,
};

/** "longest pause 200 ms, 1,000 rows a batch". Pure. */
export function settingsText(settings: Partial<RolloutSettings>): string {
  return (Object.keys(NAMES) as (keyof RolloutSettings)[])
    .flatMap((key) => {
      const value = settings[key];
      return value === undefined ? [] : [NAMES[key](value)];
    })
    .join(', ');
}
