'use client';

import { useTable, useTables } from '@/components/data/use-catalog';
import { OPERATION_TITLES, tableInWords } from '@/components/plan/operation-words';
import { Combobox } from '@/components/ui/combobox';
import { Field } from '@/components/ui/field';
import { Checkbox, Input, Select } from '@/components/ui/input';
import { counted } from '@/components/ui/number-words';
import type { OperationKind } from '@/lib/core/operation';
import type { DraftOperation } from './draft-operation';

interface OperationFieldsProps {
  readonly databaseId: string;
  readonly draft: DraftOperation;
  readonly errorOf: (field: string) => string | null;
  readonly onChange: (draft: DraftOperation) => void;
}

type TextKey = 'column' | 'to' | 'type' | 'default' | 'value' | 'restore' | 'up' | 'down' | 'onFailure';

function TextField(props: {
  readonly name: TextKey;
  readonly label: string;
  readonly hint?: string;
  readonly optional?: boolean;
  readonly placeholder?: string;
  readonly field?: string;
  readonly form: OperationFieldsProps;
}) {
  const { draft, onChange, errorOf } = props.form;
  return (
    <Field
      label={props.label}
      hint={props.hint}
      optional={props.optional}
      error={errorOf(props.field ?? props.name)}
    >
      {(ids) => (
        <Input
          {...ids}
          className="font-mono"
          autoComplete="off"
          spellCheck={false}
          placeholder={props.placeholder}
          value={draft[props.name]}
          onChange={(event) => onChange({ ...draft, [props.name]: event.target.value })}
        />
      )}
    </Field>
  );
}

function TablePicker({ databaseId, draft, errorOf, onChange }: OperationFieldsProps) {
  const tables = useTables(databaseId);
  const options = (tables.data ?? []).map((table) => ({
    value: JSON.stringify([table.schema, table.name]),
    label: tableInWords(table),
    note: table.kind === 'table' ? `about ${counted(Math.max(0, table.estimatedRows), 'row')}` : table.kind,
  }));
  const value = draft.table === null ? '' : JSON.stringify([draft.table.schema, draft.table.name]);
  return (
    <Field label="Table" error={errorOf('table') ?? (tables.error === null ? null : tables.error.message)}>
      {(ids) => (
        <Combobox
          {...ids}
          value={value}
          options={options}
          placeholder={tables.isPending ? 'Reading the catalog…' : 'Choose a table'}
          empty={tables.isPending ? 'Reading the catalog…' : 'No table of that name.'}
          onChange={(chosen) => {
            const table = (tables.data ?? []).find(
              ({ schema, name }) => JSON.stringify([schema, name]) === chosen,
            );
            if (table) onChange({ ...draft, table: { schema: table.schema, name: table.name }, column: '' });
          }}
        />
      )}
    </Field>
  );
}

function ColumnPicker({ databaseId, draft, errorOf, onChange }: OperationFieldsProps) {
  const table = useTable(databaseId, draft.table);
  const field = draft.kind === 'rename_column' ? 'from' : 'column';
  const chosen = table.data?.columns.find((column) => column.name === draft.column);
  const hangs = chosen
    ? [
        chosen.notNull ? 'NOT NULL' : 'nullable',
        chosen.default === null ? '' : `default ${chosen.default}`,
        chosen.indexes.length > 0 ? counted(chosen.indexes.length, 'index', 'indexes') : '',
        chosen.constraints.length > 0 ? counted(chosen.constraints.length, 'constraint') : '',
        chosen.dependents.length > 0 ? counted(chosen.dependents.length, 'dependent') : '',
      ].filter(Boolean)
    : [];
  return (
    <Field
      label="Column"
      error={errorOf(field) ?? (table.error === null ? null : table.error.message)}
      hint={chosen ? `${chosen.type} · ${hangs.join(' · ')}` : undefined}
    >
      {(ids) => (
        <Combobox
          {...ids}
          value={draft.column}
          disabled={draft.table === null}
          options={(table.data?.columns ?? []).map((column) => ({
            value: column.name,
            label: column.name,
            note: column.primaryKey ? `${column.type} · key` : column.type,
          }))}
          placeholder={draft.table === null ? 'Choose a table first' : 'Choose a column'}
          empty={table.isPending ? 'Reading the catalog…' : 'No column of that name.'}
          onChange={(column) => onChange({ ...draft, column })}
        />
      )}
    </Field>
  );
}

function FailureChoice({ draft, errorOf, onChange }: OperationFieldsProps) {
  const named = ['', 'reject', 'quarantine'].includes(draft.onFailure);
  return (
    <div className="space-y-2">
      <Field
        label="Where a value cannot be converted"
        error={named ? errorOf('onFailure') : null}
        hint="The plan says whether it can fail."
      >
        {(ids) => (
          <Select
            {...ids}
            value={named ? draft.onFailure : 'value'}
            onChange={(event) =>
              onChange({ ...draft, onFailure: event.target.value === 'value' ? 'NULL' : event.target.value })
            }
          >
            <option value="">Not said: such a write is refused</option>
            <option value="reject">Reject: stop and show the rows</option>
            <option value="quarantine">Quarantine: leave it empty and record the row</option>
            <option value="value">Use a value</option>
          </Select>
        )}
      </Field>
      {named ? null : (
        <TextField
          form={{ databaseId: '', draft, errorOf, onChange }}
          name="onFailure"
          label="Value where it fails (SQL)"
        />
      )}
    </div>
  );
}

function KindFields(props: OperationFieldsProps) {
  const { draft, onChange } = props;
  const old = draft.column === '' ? 'old' : draft.column;
  switch (draft.kind) {
    case 'rename_column':
      return <TextField form={props} name="to" label="New name" placeholder="full_name" />;
    case 'add_column':
      return (
        <>
          <TextField form={props} name="type" label="Type" placeholder="text" />
          <TextField
            form={props}
            name="default"
            label="Default (SQL)"
            optional
            placeholder="''"
            hint="Stays in the schema. Texts in single quotes."
          />
          <Checkbox
            checked={!draft.nullable}
            onChange={(event) => onChange({ ...draft, nullable: !event.target.checked })}
            className="sm:col-span-2"
          >
            NOT NULL
          </Checkbox>
          {draft.nullable ? null : (
            <TextField
              form={props}
              name="value"
              label="Value for rows that exist (SQL)"
              optional
              placeholder="''"
              hint="Fills old rows and rows that old code adds. Not kept as a default."
            />
          )}
        </>
      );
    case 'drop_column':
      return (
        <TextField
          form={props}
          name="restore"
          label="Value on the way back (SQL)"
          optional
          placeholder="''"
          hint="What old code finds in rows that new code wrote."
        />
      );
    case 'change_type':
      return (
        <>
          <TextField form={props} name="type" label="New type" placeholder="numeric(10,2)" />
          <TextField
            form={props}
            name="to"
            label="New name"
            optional
            placeholder={`${old}_new`}
            hint="Empty: the name stays; the columns swap names in Switch."
          />
          <div className="grid gap-4 sm:col-span-2">
            <TextField
              form={props}
              name="up"
              label="Old to new (SQL)"
              optional
              placeholder={`${old} / 100.0`}
            />
            <TextField
              form={props}
              name="down"
              label="New to old (SQL)"
              optional
              placeholder={`(${draft.to || old} * 100)::int`}
            />
            <FailureChoice {...props} />
          </div>
        </>
      );
    case 'set_not_null':
      return (
        <TextField
          form={props}
          name="value"
          label="Value for NULLs (SQL)"
          optional
          placeholder="'US'"
          hint="Replaces NULLs that exist and those that old code still writes."
        />
      );
  }
}

const KINDS: readonly OperationKind[] = [
  'rename_column',
  'add_column',
  'change_type',
  'drop_column',
  'set_not_null',
];

/** The fields of one operation: what is done, to which column of which table, and what this kind asks besides. */
export function OperationFields(props: OperationFieldsProps) {
  const { draft, onChange } = props;
  return (
    <div className="grid gap-4 sm:grid-cols-2 sm:items-start">
      <Field label="Operation">
        {(ids) => (
          <Select
            {...ids}
            value={draft.kind}
            onChange={(event) => {
              const kind = KINDS.find((name) => name === event.target.value);
              if (kind) onChange({ ...draft, kind });
            }}
          >
            {KINDS.map((kind) => (
              <option key={kind} value={kind}>
                {OPERATION_TITLES[kind]}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <TablePicker {...props} />
      {draft.kind === 'add_column' ? (
        <TextField form={props} name="column" label="New column" placeholder="phone" />
      ) : (
        <ColumnPicker {...props} />
      )}
      <KindFields {...props} />
    </div>
  );
}
