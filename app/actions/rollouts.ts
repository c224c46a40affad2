'use server';

import { z } from 'zod';
import { defineAction } from '@/lib/actions/define-action';
import { advancePhase as advance } from '@/lib/services/advance-phase';
import { changeSettings as change, settingsInput } from '@/lib/services/change-settings';
import { endBlocker as end, endBlockerInput } from '@/lib/services/end-blocker';
import { leaveTransition as leave, leaveInput } from '@/lib/services/leave-transition';
import { advanceInput, rollBackInput, versionInput } from '@/lib/services/move-input';
import { pauseAll as pauseEverything, resumeAll as resumeEverything } from '@/lib/services/pause-all';
import { pauseRun as pause } from '@/lib/services/pause-run';
import { resumeRun as resume } from '@/lib/services/resume-run';
import { rollBackPhase as rollBack } from '@/lib/services/roll-back-phase';
import { handOver as hand, takeOver as take } from '@/lib/services/take-over';

const id = z.uuid();

export const advancePhase = defineAction(advanceInput.extend({ id }), advance);

export const rollBackPhase = defineAction(rollBackInput.extend({ id }), rollBack);

export const pauseRun = defineAction(versionInput.extend({ id }), pause);

export const resumeRun = defineAction(versionInput.extend({ id }), resume);

export const takeOver = defineAction(z.strictObject({ id }), take);

export const handOver = defineAction(z.strictObject({ id }), hand);

export const leaveTransition = defineAction(leaveInput, async (context, actor, input) => {
  await leave(context, actor, input);
  return null;
});

export const endBlocker = defineAction(endBlockerInput.extend({ id }), async (context, actor, input) => {
  await end(context, actor, input);
  return null;
});

export const pauseAll = defineAction(z.strictObject({}), (context, actor) => pauseEverything(context, actor));

export const resumeAll = defineAction(z.strictObject({}), (context, actor) =>
  resumeEverything(context, actor),
);

export const changeSettings = defineAction(
  z.strictObject({ id, settings: settingsInput }),
  async (context, actor, input) => {
    await change(context, actor, input);
    return null;
  },
);
