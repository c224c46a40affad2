'use client';

import { useQuery } from '@tanstack/react-query';
import type { TransitionListItem } from '@/lib/views/transition-view';
import { fetchJson } from './fetch-json';

/** All transitions, kept fresh: soon while one runs, slowly at rest. Starts with what the server rendered. */
export function useTransitionList(initial: readonly TransitionListItem[]): readonly TransitionListItem[] {
  const { data } = useQuery({
    queryKey: ['transitions'],
    queryFn: () => fetchJson<readonly TransitionListItem[]>('/api/v1/transitions'),
    initialData: initial,
    refetchInterval: (query) =>
      query.state.data?.some((item) => item.group === 'running' && item.status !== 'retired') === true
        ? 2000
        : 10_000,
  });
  return data;
}
