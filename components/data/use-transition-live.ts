'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { TransitionLive } from '@/lib/views/transition-view';
import { fetchJson } from './fetch-json';

interface LiveState {
  readonly live: TransitionLive;
  /** True while the last answer is older than it should be: Segue or its database does not answer. */
  readonly stale: boolean;
  /** Reads again now; call it after an act. */
  readonly refresh: () => Promise<void>;
}

/**
 * The live state of one transition. The only way by which pages get it, so that another transport can take its place.
 * Asks each second while something is in flight, each ten at rest, and starts with what the server rendered.
 */
export function useTransitionLive(id: string, initial: TransitionLive): LiveState {
  const client = useQueryClient();
  const { data, isError } = useQuery({
    queryKey: ['transition', id, 'live'],
    queryFn: () => fetchJson<TransitionLive>(`/api/v1/transitions/${encodeURIComponent(id)}/live`),
    initialData: initial,
    refetchInterval: (query) => (query.state.data?.inFlight === true ? 1000 : 10_000),
  });
  const refresh = useCallback(
    () => client.invalidateQueries({ queryKey: ['transition', id, 'live'] }),
    [client, id],
  );
  return { live: data, stale: isError, refresh };
}
