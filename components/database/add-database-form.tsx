'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { addDatabase, testNewDatabase } from '@/app/actions/databases';
import { useAct } from '@/components/people/use-act';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import type { ActionError } from '@/lib/actions/action-result';
import type { DatabaseReportView } from '@/lib/views/transition-view';
import { type Connection, ConnectionFields } from './connection-fields';
import { DatabaseReport } from './database-report';

const EMPTY: Connection = { name: '', environment: 'development', url: '', tls: 'prefer' };

/** Adds a database by its URL, after a test of the connection if wanted. */
export function AddDatabaseForm() {
  const router = useRouter();
  const { act, pending } = useAct();
  const [connection, setConnection] = useState(EMPTY);
  const [report, setReport] = useState<DatabaseReportView | null>(null);
  const [error, setError] = useState<ActionError | null>(null);
  const { name, url, tls } = connection;

  const refuse = (refusal: ActionError): boolean => {
    setError(refusal);
    return true;
  };
  const change = (next: Connection): void => {
    if (next.url !== url || next.tls !== tls) setReport(null);
    setError(null);
    setConnection(next);
  };
  const test = (): void => {
    setReport(null);
    setError(null);
    act('test', () => testNewDatabase({ url, tls }), { onDone: setReport, onRefused: refuse });
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setError(null);
    act('add', () => addDatabase(connection), {
      onDone: (database) => router.push(`/databases/${database.id}`),
      onRefused: refuse,
    });
  };

  return (
    <form onSubmit={submit} className="max-w-[640px] space-y-5">
      <ConnectionFields
        value={connection}
        errors={error?.fields ?? {}}
        urlLabel="URL"
        urlHint="Stored encrypted. The password is never shown again."
        onChange={change}
      />
      {error !== null && error.fields === undefined ? (
        <Notice tone="failed" title={error.message} live>
          {error.next}
        </Notice>
      ) : null}
      {report === null ? null : report.error === null ? (
        <DatabaseReport report={report} />
      ) : (
        <Notice tone="failed" title="The database cannot be reached." live>
          {report.error}
        </Notice>
      )}
      <div className="flex flex-wrap gap-2">
        <Button
          type="submit"
          variant="primary"
          busy={pending === 'add'}
          disabled={pending !== null || url.trim() === '' || name.trim() === ''}
        >
          Add database
        </Button>
        <Button busy={pending === 'test'} disabled={pending !== null || url.trim() === ''} onClick={test}>
          Test connection
        </Button>
      </div>
    </form>
  );
}
