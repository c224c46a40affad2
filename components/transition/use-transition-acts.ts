'use client';

import { useRouter } from 'next/navigation';
import { toast } from 'sonner';
import {
  advancePhase,
  changeSettings,
  pauseRun,
  resumeRun,
  rollBackPhase,
  takeOver,
} from '@/app/actions/rollouts';
import { abandonTransition, approvePlan, duplicateTransition } from '@/app/actions/transitions';
import { useAct } from '@/components/people/use-act';
import type { RolloutSettings } from '@/lib/core/rollout';
import type { TransitionLive } from '@/lib/views/transition-view';

interface AdvanceWords {
  readonly deployConfirmed?: boolean;
  readonly note?: string;
  readonly acknowledged?: readonly string[];
  readonly typedTable?: string;
}

/** The acts of one transition. Each carries the version that the person was looking at; a refusal is shown, never swallowed. */
export function useTransitionActs(id: string, live: TransitionLive, refresh: () => Promise<void>) {
  const { act, pending } = useAct();
  const router = useRouter();
  const { version } = live;
  const again = (): void => {
    refresh();
  };
  const options = {
    onDone: again,
    onRefused: (): boolean => {
      again();
      return false;
    },
  };
  return {
    pending,
    approve: (planDigest: string, note: string) =>
      act('approve', () => approvePlan({ id, planDigest, ...(note === '' ? {} : { note }) }), {
        ...options,
        onDone: () => {
          again();
          router.refresh();
        },
      }),
    advance: (words: AdvanceWords) =>
      act(
        'advance',
        () => advancePhase({ id, version, ...words, acknowledged: [...(words.acknowledged ?? [])] }),
        options,
      ),
    rollBack: (acknowledged: readonly string[]) =>
      act('roll_back', () => rollBackPhase({ id, version, acknowledged: [...acknowledged] }), options),
    pause: () => act('pause', () => pauseRun({ id, version }), options),
    resume: () => act('resume', () => resumeRun({ id, version }), options),
    takeOver: () => act('take_over', () => takeOver({ id }), options),
    changeSettings: (settings: Partial<RolloutSettings>) =>
      act('change_settings', () => changeSettings({ id, settings }), {
        ...options,
        onDone: () => {
          again();
          toast.success('Settings saved.');
        },
      }),
    abandon: () =>
      act('abandon', () => abandonTransition({ id, version }), {
        ...options,
        onDone: () => {
          again();
          toast.success('The transition is abandoned.');
        },
      }),
    duplicate: () =>
      act('duplicate', () => duplicateTransition({ id }), {
        onDone: (data) => router.push(`/transitions/${data.id}`),
      }),
  };
}

export type TransitionActs = ReturnType<typeof useTransitionActs>;
