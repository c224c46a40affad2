'use client';

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { previewPlan } from '@/app/actions/transitions';
import type { TransitionFile } from '@/lib/core/operation';
import { useSettled } from './use-settled';

/**
 * The plan of what stands in the form, or the refusal with its fields. Asks once typing has rested for 400 ms; the last
 * answer stays in sight while the next is on its way (`pending`). SQL of one's own is tried only by `trySql`, and only as it
 * stands then: the next change is untried again.
 */
export function usePlanPreview(databaseId: string | null, file: TransitionFile | null) {
  const mark = JSON.stringify([databaseId, file]);
  const { value: settled, mark: settledMark } = useSettled({ databaseId, file }, mark, 400);
  const [trial, setTrial] = useState({ mark: '', count: 0 });
  const tried = trial.mark === settledMark ? trial.count : 0;
  const { data, isFetching, error } = useQuery({
    queryKey: ['preview', settledMark, tried],
    queryFn: () => {
      if (settled.databaseId === null || settled.file === null) return null;
      return previewPlan({ databaseId: settled.databaseId, file: settled.file, trySql: tried > 0 });
    },
    enabled: settled.databaseId !== null && settled.file !== null,
    placeholderData: (previous) => previous,
    // A trial takes locks: it is never repeated by itself.
    staleTime: tried > 0 ? Number.POSITIVE_INFINITY : 10_000,
    retry: false,
  });
  const usable = databaseId !== null && file !== null;
  const pending = usable && (isFetching || mark !== settledMark);
  return {
    result: usable ? (data ?? null) : null,
    pending,
    unanswered: usable && error !== null,
    /** Whether the plan in sight rests on a trial. */
    tried: tried > 0 && !pending,
    trySql: () => setTrial(({ count }) => ({ mark, count: count + 1 })),
  };
}
