'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { fetchJson } from '@/components/data/fetch-json';
import type { SandboxView } from '@/lib/views/sandbox-view';

/**
 * The sandbox, asked each second while it is there or on its way and the page is in sight. With `databaseId` only as long
 * as that database may be it.
 */
export function useSandbox(databaseId?: string): {
  readonly sandbox: SandboxView | null;
  readonly unanswered: boolean;
  readonly refresh: () => Promise<void>;
} {
  const client = useQueryClient();
  const { data, isError } = useQuery({
    queryKey: ['sandbox'],
    queryFn: () => fetchJson<SandboxView>('/api/v1/sandbox'),
    refetchInterval: (query) => (isMoving(query.state.data, databaseId) ? 1000 : false),
  });
  const refresh = useCallback(() => client.invalidateQueries({ queryKey: ['sandbox'] }), [client]);
  return { sandbox: data ?? null, unanswered: isError, refresh };
}

function isMoving(view: SandboxView | undefined, databaseId: string | undefined): boolean {
  if (view === undefined || view.state === 'none' || view.state === 'failed') return false;
  return view.state !== 'ready' || databaseId === undefined || view.databaseId === databaseId;
}
