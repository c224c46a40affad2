'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { toast } from 'sonner';
import {
  advancePhase,
  changeSettings,
  endBlocker,
  pauseRun,
  resumeRun,
  rollBackPhase,
  takeOver,
} from '@/app/actions/rollouts';
import { abandonTransition, approvePlan, duplicateTransition, proveAgain } from '@/app/actions/transitions';
import { useAct } from '@/components/people/use-act';
import type { ActionError, ActionResult } from '@/lib/actions/action-result';
import type { BlockerAct } from '@/lib/core/blocker';
import type { RolloutSettings } from '@/lib/core/rollout';
import type { BlockerView } from '@/lib/views/blocker-view';
import type { TransitionLive } from '@/lib/views/transition-view';

interface AdvanceWords {
  readonly deployConfirmed?: boolean;
  readonly note?: string;
  readonly acknowledged?: readonly string[];
  readonly typedTable?: string;
}

/**
 * The acts of one transition. Each carries the version that the person was looking at. The last refusal stays as
 * `refusal` until the next act, and the page is read again: what was seen may be old.
 */
export function useTransitionActs(id: string, live: TransitionLive, refresh: () => Promise<void>) {
  const { act, pending } = useAct();
  const [refusal, setRefusal] = useState<ActionError | null>(null);
  const router = useRouter();
  const { version } = live;

  const perform = <T>(
    name: string,
    call: () => Promise<ActionResult<T>>,
    onDone?: (data: T) => void,
  ): Promise<boolean> => {
    setRefusal(null);
    return act(name, call, {
      onDone: (data) => {
        refresh();
        onDone?.(data);
      },
      onRefused: (error) => {
        refresh();
        setRefusal(error);
        return true;
      },
    });
  };

  return {
    pending,
    refusal,
    dismiss: () => setRefusal(null),
    approve: (planDigest: string) => perform('approve', () => approvePlan({ id, planDigest })),
    advance: (words: AdvanceWords) =>
      perform('advance', () =>
        advancePhase({ id, version, ...words, acknowledged: [...(words.acknowledged ?? [])] }),
      ),
    rollBack: (acknowledged: readonly string[]) =>
      perform('roll_back', () => rollBackPhase({ id, version, acknowledged: [...acknowledged] })),
    pause: () => perform('pause', () => pauseRun({ id, version })),
    resume: () => perform('resume', () => resumeRun({ id, version })),
    endBlocker: (blocker: Pick<BlockerView, 'pid' | 'backendStart' | 'transactionStart'>, how: BlockerAct) =>
      perform(
        `${how} ${blocker.pid}`,
        () =>
          endBlocker({
            id,
            pid: blocker.pid ?? 0,
            backendStart: blocker.backendStart ?? '',
            transactionStart: blocker.transactionStart ?? '',
            act: how,
          }),
        () => toast.success(how === 'cancel' ? 'Its query was asked to cancel.' : 'Its session was ended.'),
      ),
    takeOver: () => perform('take_over', () => takeOver({ id })),
    changeSettings: (settings: Partial<RolloutSettings>) =>
      perform(
        'change_settings',
        () => changeSettings({ id, settings }),
        () => toast.success('Settings saved.'),
      ),
    proveAgain: () => perform('prove', () => proveAgain({ id })),
    abandon: () =>
      perform(
        'abandon',
        () => abandonTransition({ id, version }),
        () => toast.success('The transition is abandoned.'),
      ),
    duplicate: () =>
      perform(
        'duplicate',
        () => duplicateTransition({ id }),
        (data) => router.push(`/transitions/${data.id}`),
      ),
  };
}

export type TransitionActs = ReturnType<typeof useTransitionActs>;
