'use client';

import { Plus, X } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { createTransition, editDraft } from '@/app/actions/transitions';
import { usePlanPreview } from '@/components/data/use-plan-preview';
import { PageShell } from '@/components/layout/page-shell';
import { ProductionBanner } from '@/components/layout/production-banner';
import { ThumbBar } from '@/components/layout/thumb-bar';
import { useAct } from '@/components/people/use-act';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input, Select } from '@/components/ui/input';
import { Notice } from '@/components/ui/notice';
import { Tabs } from '@/components/ui/tabs';
import type { ActionError } from '@/lib/actions/action-result';
import { recordedFile } from '@/lib/core/migration-record';
import type { TransitionFile, TransitionSpec } from '@/lib/core/operation';
import type { DatabaseRef } from '@/lib/views/transition-view';
import { fieldError } from './draft-operation';
import { FileTextField } from './file-text-field';
import { OPERATION_FORMS } from './forms/operation-forms';
import { OperationFields } from './operation-fields';
import { PlanPreview } from './plan-preview';
import { type DraftForm, useDraftForm } from './use-draft-form';
import { WhoWrites } from './who-writes';

interface DraftPageProps {
  readonly databases: readonly DatabaseRef[];
  readonly databaseId: string | null;
  /** The draft that is edited; null for a new one. */
  readonly editing: { readonly id: string; readonly version: number; readonly spec: TransitionSpec } | null;
  /** What a new one begins with: a link may propose it. */
  readonly suggested?: TransitionSpec | null;
}

function Operations({
  form,
  fields,
}: {
  readonly form: DraftForm;
  readonly fields: Readonly<Record<string, string>> | undefined;
}) {
  if (form.databaseId === null) return <p className="text-ink-2">Choose a database first.</p>;
  const { databaseId } = form;
  return (
    <div className="space-y-4">
      {form.operations.map((draft, index) => (
        <fieldset key={draft.key} className="min-w-0 rounded-lg border bg-surface p-4">
          <legend className="sr-only">
            Operation {index + 1}: {OPERATION_FORMS[draft.kind].title}
          </legend>
          {form.operations.length > 1 ? (
            <div className="mb-3 flex items-center justify-between">
              <p className="text-sm font-semibold text-ink-2">Operation {index + 1}</p>
              <Button
                size="sm"
                variant="quiet"
                aria-label={`Remove operation ${index + 1}`}
                onClick={() => form.remove(draft.key)}
              >
                <X aria-hidden size={14} /> Remove
              </Button>
            </div>
          ) : null}
          <OperationFields
            databaseId={databaseId}
            draft={draft}
            errorOf={(field) => fieldError(fields, index, draft.kind, field)}
            onChange={form.change}
          />
        </fieldset>
      ))}
      <Button size="sm" onClick={() => form.add('add_column')}>
        <Plus aria-hidden size={14} /> Add another operation
      </Button>
    </div>
  );
}

/** New transition, or the edit of a draft: what to change on the left, its plan on the right as it will run. */
export function DraftPage({ databases, databaseId, editing, suggested = null }: DraftPageProps) {
  const form = useDraftForm({ databaseId, spec: editing?.spec ?? suggested });
  const preview = usePlanPreview(form.databaseId, form.file);
  const router = useRouter();
  const { act, pending } = useAct();
  const [refused, setRefused] = useState<{ file: TransitionFile; error: ActionError } | null>(null);
  // What saving refused stands until the form says something else.
  const refusal = refused !== null && refused.file === form.file ? refused.error : null;
  const fields = preview.result?.ok === false ? preview.result.error.fields : refusal?.fields;
  const database = databases.find((candidate) => candidate.id === form.databaseId);
  const ready = preview.result?.ok === true && !preview.pending;

  const save = (): void => {
    const { file } = form;
    const id = form.databaseId;
    if (file === null || id === null) return;
    act(
      'save',
      () =>
        editing === null
          ? createTransition({ databaseId: id, file })
          : editDraft({ id: editing.id, databaseId: id, file, version: editing.version }),
      {
        onDone: (data) => router.push(`/transitions/${data.id}`),
        onRefused: (error) => {
          setRefused({ file, error });
          return true;
        },
      },
    );
  };

  return (
    <>
      {database?.environment === 'production' ? <ProductionBanner database={database.name} /> : null}
      <PageShell
        crumbs={[
          { label: 'Transitions', href: '/' },
          { label: editing === null ? 'New' : editing.spec.name },
        ]}
        title={editing === null ? 'New transition' : `Edit ${editing.spec.name}`}
        lead="Say what should change. Segue plans the phases; saving a draft changes nothing in the database."
        action={
          <ThumbBar>
            <Button variant="primary" disabled={!ready} busy={pending === 'save'} onClick={save}>
              Save draft
            </Button>
          </ThumbBar>
        }
      >
        {refusal === null ? null : (
          <Notice tone="failed" title={refusal.message} live className="mb-4">
            {refusal.next}
          </Notice>
        )}
        <div className="grid gap-8 xl:grid-cols-[minmax(0,440px)_minmax(0,1fr)] xl:items-start">
          <div className="space-y-5">
            <Field label="Database">
              {(ids) => (
                <Select
                  {...ids}
                  value={form.databaseId ?? ''}
                  onChange={(event) => form.setDatabaseId(event.target.value)}
                >
                  <option value="">Choose a database</option>
                  {databases.map((candidate) => (
                    <option key={candidate.id} value={candidate.id}>
                      {candidate.name} ({candidate.environment})
                    </option>
                  ))}
                </Select>
              )}
            </Field>
            <Tabs
              label="How to say it"
              dense
              value={form.mode}
              onValueChange={(value) => form.setMode(value === 'text' ? 'text' : 'form')}
              tabs={[
                {
                  value: 'form',
                  label: 'Form',
                  content: (
                    <div className="space-y-5">
                      <Operations form={form} fields={fields} />
                      <Field
                        label="Name of the transition"
                        error={fields?.['file.name'] ?? fields?.name ?? null}
                        hint="Letters, digits, spaces and . _ / -"
                      >
                        {(ids) => (
                          <Input
                            {...ids}
                            value={form.ownName}
                            placeholder={form.suggested === '' ? 'rename-users-name' : form.suggested}
                            onChange={(event) => form.setOwnName(event.target.value)}
                          />
                        )}
                      </Field>
                      {form.record === undefined ? null : (
                        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-ink-2">
                          <span>
                            Stands for <span className="font-mono">{recordedFile(form.record)}</span>
                          </span>
                          <Button size="sm" variant="quiet" onClick={form.dropRecord}>
                            Do not record it
                          </Button>
                        </p>
                      )}
                      {form.asksWhoWrites ? (
                        <WhoWrites value={form.dualWrite} onChange={form.setDualWrite} />
                      ) : null}
                    </div>
                  ),
                },
                {
                  value: 'text',
                  label: 'Operations file',
                  content: (
                    <FileTextField
                      text={form.text}
                      error={
                        form.textError ??
                        (form.mode === 'text' && fields ? Object.values(fields).join(' ') : null)
                      }
                      onChange={form.setText}
                    />
                  ),
                },
              ]}
            />
          </div>
          <PlanPreview {...preview} />
        </div>
      </PageShell>
    </>
  );
}
