'use client';

import { Plus, X } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { fieldError } from './draft-operation';
import { OPERATION_FORMS } from './forms/operation-forms';
import { OperationFields } from './operation-fields';
import type { DraftForm } from './use-draft-form';

/** The operations of a transition as forms, one below the other. */
export function OperationList({
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
