'use client';

import { useQuery } from '@tanstack/react-query';
import type { ActionError } from '@/lib/actions/action-result';
import type { RecordRequest } from '@/lib/core/migration-record';
import type { MigrationView } from '@/lib/views/migration-view';
import { postJson } from './post-json';
import { useSettled } from './use-settled';

/** A migration file as it stands on the page. */
export interface MigrationText {
  /** The same while one file is edited. */
  readonly id: string;
  /** Tells one text of it from another: comparing megabytes would cost more. */
  readonly version: number;
  readonly name: string;
  readonly fileName: string;
  readonly text: string;
  readonly answers: Readonly<Record<string, string>>;
  readonly record: RecordRequest | null;
}

/**
 * What a migration file would do to the database and what it becomes. Asks once editing has rested; a question that is
 * superseded is called off, and the last answer stays in sight while the next is on its way (`pending`).
 */
export function useMigrationReading(databaseId: string | null, file: MigrationText | null) {
  const mark =
    file === null ? '' : JSON.stringify([databaseId, file.id, file.version, file.answers, file.record]);
  const { value: settled, mark: settledMark } = useSettled({ databaseId, file }, mark, 250);
  const enabled = settled.databaseId !== null && settled.file !== null;
  const { data, isFetching, error } = useQuery({
    queryKey: ['migration', settled.file?.id, settledMark],
    queryFn: ({ signal }) => {
      if (settled.databaseId === null || settled.file === null) return null;
      const { name, fileName, text, answers, record } = settled.file;
      const body = { databaseId: settled.databaseId, name, fileName, text, answers, record };
      return postJson<MigrationView>('/api/v1/migrations/read', body, signal);
    },
    enabled,
    placeholderData: (previous, query) => (query?.queryKey[1] === settled.file?.id ? previous : undefined),
    // It changes with the database only, and the text may be long.
    staleTime: 30_000,
    gcTime: 60_000,
    refetchOnWindowFocus: false,
    retry: false,
  });
  const usable = databaseId !== null && file !== null;
  const pending = usable && (isFetching || mark !== settledMark);
  const refused: ActionError | null = data?.ok === false ? data.error : null;
  return {
    view: usable && data?.ok === true ? data.data : null,
    error: usable && !pending ? refused : null,
    pending,
    unanswered: usable && error !== null && !pending,
  };
}
