'use client';

import { X } from 'lucide-react';
import { useTable, useTables } from '@/components/data/use-catalog';
import { tableInWords } from '@/components/plan/operation-words';
import { Button } from '@/components/ui/button';
import { Combobox } from '@/components/ui/combobox';
import { Field } from '@/components/ui/field';
import { counted } from '@/components/ui/number-words';
import type { RelationName } from '@/lib/core/sql-text';
import type { FieldValues, FormField } from '../forms/form-field';
import type { FieldInputProps } from './field-input';

const chosenTable = (values: FieldValues, name: string): RelationName | null => {
  const value = values[name];
  return typeof value === 'object' && value !== null && 'schema' in value ? value : null;
};

const ownerOf = (field: FormField) => field.of ?? 'table';

/** The table whose parts a field offers. */
function useOwner({ databaseId, field, values }: FieldInputProps) {
  const relation = chosenTable(values, ownerOf(field));
  return { relation, query: useTable(databaseId, relation) };
}

/** Picks one of the database's tables. */
export function TablePicker({
  databaseId,
  field,
  values,
  error,
  onChange,
}: Omit<FieldInputProps, 'onChange' | 'onTable'> & { readonly onChange: (table: RelationName) => void }) {
  const tables = useTables(databaseId);
  const chosen = chosenTable(values, field.name);
  const options = (tables.data ?? []).map((table) => ({
    value: JSON.stringify([table.schema, table.name]),
    label: tableInWords(table),
    note: table.kind === 'table' ? `about ${counted(Math.max(0, table.estimatedRows), 'row')}` : table.kind,
  }));
  return (
    <Field label={field.label} error={error ?? (tables.error === null ? null : tables.error.message)}>
      {(ids) => (
        <Combobox
          {...ids}
          value={chosen === null ? '' : JSON.stringify([chosen.schema, chosen.name])}
          options={options}
          placeholder={tables.isPending ? 'Reading the catalog…' : 'Choose a table'}
          empty={tables.isPending ? 'Reading the catalog…' : 'No table of that name.'}
          onChange={(value) => {
            const table = (tables.data ?? []).find(
              ({ schema, name }) => JSON.stringify([schema, name]) === value,
            );
            if (table) onChange({ schema: table.schema, name: table.name });
          }}
        />
      )}
    </Field>
  );
}

/** Picks one column and says what it is and what hangs on it. */
export function ColumnPicker(props: FieldInputProps) {
  const { field, values, error, onChange } = props;
  const { relation, query } = useOwner(props);
  const value = typeof values[field.name] === 'string' ? String(values[field.name]) : '';
  const chosen = query.data?.columns.find((column) => column.name === value);
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
      label={field.label}
      error={error ?? (query.error === null ? null : query.error.message)}
      hint={chosen ? `${chosen.type} · ${hangs.join(' · ')}` : field.hint}
    >
      {(ids) => (
        <Combobox
          {...ids}
          value={value}
          disabled={relation === null}
          options={(query.data?.columns ?? []).map((column) => ({
            value: column.name,
            label: column.name,
            note: column.primaryKey ? `${column.type} · key` : column.type,
          }))}
          placeholder={relation === null ? 'Choose a table first' : 'Choose a column'}
          empty={query.isPending ? 'Reading the catalog…' : 'No column of that name.'}
          onChange={(column) => onChange({ [field.name]: column })}
        />
      )}
    </Field>
  );
}

/** Picks several columns, in order. */
export function ColumnsPicker(props: FieldInputProps) {
  const { field, values, error, onChange } = props;
  const { relation, query } = useOwner(props);
  const value = values[field.name];
  const chosen: readonly string[] = Array.isArray(value) ? value : [];
  const change = (columns: readonly string[]) => onChange({ [field.name]: columns });
  return (
    <Field
      label={field.label}
      optional={field.optional}
      hint={field.hint}
      error={error ?? (query.error === null ? null : query.error.message)}
    >
      {(ids) => (
        <div className="space-y-2">
          <Combobox
            {...ids}
            value=""
            disabled={relation === null}
            options={(query.data?.columns ?? [])
              .filter((column) => !chosen.includes(column.name))
              .map((column) => ({ value: column.name, label: column.name, note: column.type }))}
            placeholder={relation === null ? 'Choose a table first' : 'Add a column'}
            empty={query.isPending ? 'Reading the catalog…' : 'No column of that name.'}
            onChange={(column) => change([...chosen, column])}
          />
          {chosen.length === 0 ? null : (
            <ol className="flex flex-wrap gap-1.5">
              {chosen.map((column) => (
                <li key={column}>
                  <Button
                    size="sm"
                    className="font-mono"
                    aria-label={`Remove ${column}`}
                    onClick={() => change(chosen.filter((name) => name !== column))}
                  >
                    {column} <X aria-hidden size={13} />
                  </Button>
                </li>
              ))}
            </ol>
          )}
        </div>
      )}
    </Field>
  );
}

/** Picks an index or a constraint of the table. */
export function NamePicker(props: FieldInputProps) {
  const { field, values, error, onChange } = props;
  const { relation, query } = useOwner(props);
  const value = typeof values[field.name] === 'string' ? String(values[field.name]) : '';
  const options =
    field.kind === 'index'
      ? (query.data?.indexes ?? []).map((index) => ({ name: index.name, note: index.columns.join(', ') }))
      : (query.data?.constraints ?? []).map(({ name, kind }) => ({ name, note: kind }));
  return (
    <Field
      label={field.label}
      hint={field.hint}
      error={error ?? (query.error === null ? null : query.error.message)}
    >
      {(ids) => (
        <Combobox
          {...ids}
          value={value}
          disabled={relation === null}
          options={options.map(({ name, note }) => ({ value: name, label: name, note }))}
          placeholder={
            relation === null
              ? 'Choose a table first'
              : `Choose ${field.kind === 'index' ? 'an index' : 'a constraint'}`
          }
          empty={query.isPending ? 'Reading the catalog…' : 'None of that name.'}
          onChange={(name) => onChange({ [field.name]: name })}
        />
      )}
    </Field>
  );
}
