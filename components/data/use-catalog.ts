'use client';

import { useQuery } from '@tanstack/react-query';
import type { RelationName } from '@/lib/core/sql-text';
import type { TableSummary, TableView } from '@/lib/views/table-view';
import { fetchJson } from './fetch-json';

/** The tables of a database, from its live catalog. */
export function useTables(databaseId: string | null) {
  return useQuery({
    queryKey: ['tables', databaseId],
    queryFn: () =>
      fetchJson<readonly TableSummary[]>(`/api/v1/databases/${encodeURIComponent(databaseId ?? '')}/tables`),
    enabled: databaseId !== null,
    staleTime: 30_000,
  });
}

/** One table with its columns and what hangs on them. */
export function useTable(databaseId: string | null, table: RelationName | null) {
  const path = [databaseId ?? '', 'tables', table?.schema ?? '', table?.name ?? '']
    .map(encodeURIComponent)
    .join('/');
  return useQuery({
    queryKey: ['table', databaseId, table?.schema, table?.name],
    queryFn: () => fetchJson<TableView>(`/api/v1/databases/${path}`),
    enabled: databaseId !== null && table !== null,
    staleTime: 30_000,
  });
}
