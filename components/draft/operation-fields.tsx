'use client';

import { Field } from '@/components/ui/field';
import { Select } from '@/components/ui/input';
import { type DraftOperation, shownFields, withKind, withTable } from './draft-operation';
import { FieldInput } from './fields/field-input';
import { FORM_GROUPS, OPERATION_FORMS } from './forms/operation-forms';

const KINDS = FORM_GROUPS.flatMap(({ kinds }) => kinds);

/** The fields of one operation, made from the description of its kind: what is done, and what this kind asks. */
export function OperationFields(props: {
  readonly databaseId: string;
  readonly draft: DraftOperation;
  readonly errorOf: (field: string) => string | null;
  readonly onChange: (draft: DraftOperation) => void;
}) {
  const { draft, onChange } = props;
  return (
    <div className="grid gap-4 sm:grid-cols-2 sm:items-start">
      <div className="sm:col-span-2">
        <Field label="Operation" hint={OPERATION_FORMS[draft.kind].about}>
          {(ids) => (
            <Select
              {...ids}
              value={draft.kind}
              onChange={(event) => {
                const kind = KINDS.find((name) => name === event.target.value);
                if (kind) onChange(withKind(draft, kind));
              }}
            >
              {FORM_GROUPS.map(({ title, kinds }) => (
                <optgroup key={title} label={title}>
                  {kinds.map((kind) => (
                    <option key={kind} value={kind}>
                      {OPERATION_FORMS[kind].title}
                    </option>
                  ))}
                </optgroup>
              ))}
            </Select>
          )}
        </Field>
      </div>
      {shownFields(draft).map((field) => (
        <div
          key={field.name}
          className={field.wide || field.kind === 'block' ? 'min-w-0 sm:col-span-2' : 'min-w-0'}
        >
          <FieldInput
            databaseId={props.databaseId}
            field={field}
            values={draft.values}
            error={props.errorOf(field.name)}
            onChange={(changes) => onChange({ ...draft, values: { ...draft.values, ...changes } })}
            onTable={(name, table) => onChange(withTable(draft, name, table))}
          />
        </div>
      ))}
    </div>
  );
}
