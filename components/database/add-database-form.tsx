'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { addDatabase, testNewDatabase } from '@/app/actions/databases';
import { useAct } from '@/components/people/use-act';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input, Select } from '@/components/ui/input';
import { Notice } from '@/components/ui/notice';
import type { ActionError } from '@/lib/actions/action-result';
import type { DatabaseReportView, DatabaseView, Environment } from '@/lib/views/transition-view';
import { DatabaseReport } from './database-report';

const ENVIRONMENTS: readonly Environment[] = ['development', 'staging', 'production'];
const TLS: readonly { readonly value: DatabaseView['tls']; readonly label: string }[] = [
  { value: 'prefer', label: 'Prefer: encrypted where the server can' },
  { value: 'require', label: 'Require: encrypted, certificate not checked' },
  { value: 'verify-full', label: 'Verify: encrypted, certificate and name checked' },
  { value: 'disable', label: 'Off: not encrypted' },
];

/** Adds a database by its URL, after a test of the connection if wanted. */
export function AddDatabaseForm() {
  const router = useRouter();
  const { act, pending } = useAct();
  const [name, setName] = useState('');
  const [url, setUrl] = useState('');
  const [environment, setEnvironment] = useState<Environment>('development');
  const [tls, setTls] = useState<DatabaseView['tls']>('prefer');
  const [report, setReport] = useState<DatabaseReportView | null>(null);
  const [error, setError] = useState<ActionError | null>(null);

  const refuse = (refusal: ActionError): boolean => {
    setError(refusal);
    return true;
  };
  const reset = (): void => {
    setError(null);
    setReport(null);
  };
  const test = (): void => {
    reset();
    act('test', () => testNewDatabase({ url, tls }), { onDone: setReport, onRefused: refuse });
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setError(null);
    act('add', () => addDatabase({ name, environment, url, tls }), {
      onDone: (database) => router.push(`/databases/${database.id}`),
      onRefused: refuse,
    });
  };
  const fields = error?.fields ?? {};

  return (
    <form onSubmit={submit} className="max-w-[640px] space-y-5">
      <Field label="URL" error={fields.url} hint="Stored encrypted. The password is never shown again.">
        {(ids) => (
          <Input
            {...ids}
            className="font-mono"
            autoComplete="off"
            spellCheck={false}
            placeholder="postgres://user:password@host:5432/database"
            value={url}
            onChange={(event) => {
              setUrl(event.target.value);
              reset();
            }}
          />
        )}
      </Field>
      <div className="grid gap-5 sm:grid-cols-2">
        <Field label="Name" error={fields.name}>
          {(ids) => (
            <Input
              {...ids}
              autoComplete="off"
              placeholder="shop"
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field label="Environment" error={fields.environment}>
          {(ids) => (
            <Select
              {...ids}
              value={environment}
              onChange={(event) =>
                setEnvironment(ENVIRONMENTS.find((value) => value === event.target.value) ?? 'development')
              }
            >
              {ENVIRONMENTS.map((value) => (
                <option key={value} value={value}>
                  {value.charAt(0).toUpperCase() + value.slice(1)}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      <Field label="TLS" error={fields.tls}>
        {(ids) => (
          <Select
            {...ids}
            value={tls}
            onChange={(event) =>
              setTls(TLS.find(({ value }) => value === event.target.value)?.value ?? 'prefer')
            }
          >
            {TLS.map((option) => (
              <option key={option.value} value={option.value}>
                {option.label}
              </option>
            ))}
          </Select>
        )}
      </Field>
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
