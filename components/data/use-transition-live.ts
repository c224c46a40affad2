'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef } from 'react';
import type { TransitionLive } from '@/lib/views/transition-view';
import { fetchJson } from './fetch-json';

interface LiveState {
  readonly live: TransitionLive;
  /** True while the last answer is older than it should be: Segue or its database does not answer. */
  readonly stale: boolean;
  /** Reads again now; call it after an act. */
  readonly refresh: () => Promise<void>;
}

/** Most moves are over within a second or two of the click: until then the page looks often, so that the end shows at once. */
const SOON_MS = 5000;

/**
 * The live state of one transition. The only way by which pages get it, so that another transport can take its place.
 * Asks each second while something is in flight, more often just after an act, each ten at rest, and starts with what the
 * server rendered.
 */
export function useTransitionLive(id: string, initial: TransitionLive): LiveState {
  const client = useQueryClient();
  const actedAt = useRef(Number.NEGATIVE_INFINITY);
  const { data, isError } = useQuery({
    queryKey: ['transition', id, 'live'],
    queryFn: () => fetchJson<TransitionLive>(`/api/v1/transitions/${encodeURIComponent(id)}/live`),
    initialData: initial,
    refetchInterval: (query) => {
      const known = query.state.data;
      const proves = known?.proof?.state === 'waiting' || known?.proof?.state === 'running';
      if (known?.inFlight !== true) return proves ? 2000 : 10_000;
      return Date.now() - actedAt.current < SOON_MS ? 300 : 1000;
    },
  });
  const refresh = useCallback(() => {
    actedAt.current = Date.now();
    return client.invalidateQueries({ queryKey: ['transition', id, 'live'] });
  }, [client, id]);
  return { live: data, stale: isError, refresh };
}
