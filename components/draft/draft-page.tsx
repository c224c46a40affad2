'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { createTransition, editDraft } from '@/app/actions/transitions';
import { usePlanPreview } from '@/components/data/use-plan-preview';
import { PageShell } from '@/components/layout/page-shell';
import { ProductionBanner } from '@/components/layout/production-banner';
import { ThumbBar } from '@/components/layout/thumb-bar';
import { DropVeil } from '@/components/migration/drop-veil';
import { folderOfEntry } from '@/components/migration/folder-files';
import { MigrationDraft } from '@/components/migration/migration-draft';
import { useFileDrop } from '@/components/migration/use-file-drop';
import { type MigrationStart, useMigrationDraft } from '@/components/migration/use-migration-draft';
import { useAct } from '@/components/people/use-act';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input, Select } from '@/components/ui/input';
import { Notice } from '@/components/ui/notice';
import { Tabs } from '@/components/ui/tabs';
import type { ActionError } from '@/lib/actions/action-result';
import { recordedFile } from '@/lib/core/migration-record';
import type { TransitionSpec } from '@/lib/core/operation';
import type { DatabaseRef } from '@/lib/views/transition-view';
import { FileTextField } from './file-text-field';
import { OperationList } from './operation-list';
import { PlanPreview } from './plan-preview';
import { useDraftForm } from './use-draft-form';
import { WhoWrites } from './who-writes';

const MODES = ['form', 'text', 'sql'] as const;

interface DraftPageProps {
  readonly databases: readonly DatabaseRef[];
  readonly databaseId: string | null;
  /** The draft that is edited; null for a new one. */
  readonly editing: {
    readonly id: string;
    readonly version: number;
    readonly spec: TransitionSpec;
    /** The migration file that it came from. */
    readonly migration: MigrationStart | null;
  } | null;
  /** What a new one begins with: a link may propose it. */
  readonly suggested?: TransitionSpec | null;
  /** Opens on the migration file rather than the form. */
  readonly fromFile?: boolean;
}

/** New transition, or the edit of a draft: what to change on the left, its plan on the right as it will run. */
export function DraftPage({
  databases,
  databaseId,
  editing,
  suggested = null,
  fromFile = false,
}: DraftPageProps) {
  const form = useDraftForm({
    databaseId,
    spec: editing?.spec ?? suggested,
    mode: fromFile || editing?.migration != null ? 'sql' : 'form',
  });
  const sql = form.mode === 'sql';
  const preview = usePlanPreview(form.databaseId, sql ? null : form.file);
  const draft = useMigrationDraft({
    databaseId: form.databaseId,
    migration: editing?.migration ?? null,
    name: editing?.migration == null ? '' : editing.spec.name,
  });
  const router = useRouter();
  const { act, pending } = useAct();
  const [refused, setRefused] = useState<{ mark: string; error: ActionError } | null>(null);
  const mark = sql ? draft.mark : JSON.stringify(form.file);
  // What saving refused stands until the form says something else.
  const refusal = refused !== null && refused.mark === mark ? refused.error : null;
  const fields = preview.result?.ok === false ? preview.result.error.fields : refusal?.fields;
  const database = databases.find((candidate) => candidate.id === form.databaseId);
  const ready = sql ? draft.input !== null : preview.result?.ok === true && !preview.pending;

  const over = useFileDrop((dropped) => {
    form.setMode('sql');
    if (dropped.kind === 'file') draft.read(dropped.file);
    else if (dropped.kind === 'folder') draft.readFolder(folderOfEntry(dropped.folder));
    else draft.refuse(`${dropped.count} files were dropped at once. Drop their folder, or one of them.`);
  });
  const draftOf = () => {
    if (sql) return draft.input === null ? null : { migration: draft.input };
    return form.file === null ? null : { file: form.file };
  };
  const save = (): void => {
    const id = form.databaseId;
    const what = draftOf();
    if (what === null || id === null) return;
    act(
      'save',
      () =>
        editing === null
          ? createTransition({ databaseId: id, ...what })
          : editDraft({ id: editing.id, databaseId: id, version: editing.version, ...what }),
      {
        onDone: (data) => router.push(`/transitions/${data.id}`),
        onRefused: (error) => {
          setRefused({ mark, error });
          return true;
        },
      },
    );
  };

  return (
    <>
      {over ? <DropVeil /> : null}
      {database?.environment === 'production' ? <ProductionBanner database={database.name} /> : null}
      <PageShell
        crumbs={[
          { label: 'Transitions', href: '/' },
          { label: editing === null ? 'New' : editing.spec.name },
        ]}
        title={editing === null ? 'New transition' : `Edit ${editing.spec.name}`}
        lead="Say what should change, or bring the migration that you have. Segue plans the phases; saving a draft changes nothing in the database."
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
        <div className={sql ? '' : 'grid gap-8 xl:grid-cols-[minmax(0,440px)_minmax(0,1fr)] xl:items-start'}>
          <div className="space-y-5">
            <div className="max-w-[440px]">
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
            </div>
            <Tabs
              label="How to say it"
              dense
              value={form.mode}
              onValueChange={(value) => form.setMode(MODES.find((mode) => mode === value) ?? 'form')}
              tabs={[
                {
                  value: 'form',
                  label: 'Form',
                  content: (
                    <div className="space-y-5">
                      <OperationList form={form} fields={fields} />
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
                {
                  value: 'sql',
                  label: 'Migration file',
                  content: (
                    <MigrationDraft
                      draft={draft}
                      hasDatabase={form.databaseId !== null}
                      nameError={sql ? (fields?.['file.name'] ?? null) : null}
                    />
                  ),
                },
              ]}
            />
          </div>
          {sql ? null : <PlanPreview {...preview} />}
        </div>
      </PageShell>
    </>
  );
}
