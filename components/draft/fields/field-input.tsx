'use client';

import { Field } from '@/components/ui/field';
import { Checkbox, Input, Select, Textarea } from '@/components/ui/input';
import type { RelationName } from '@/lib/core/sql-text';
import type { FieldValues, FormField } from '../forms/form-field';
import { FailureChoice } from './failure-choice';
import { ColumnPicker, ColumnsPicker, NamePicker, TablePicker } from './pickers';

export interface FieldInputProps {
  readonly databaseId: string;
  readonly field: FormField;
  readonly values: FieldValues;
  readonly error: string | null;
  readonly onChange: (changes: FieldValues) => void;
  readonly onTable: (field: string, table: RelationName) => void;
}

const textOf = (props: FieldInputProps): string => {
  const value = props.values[props.field.name];
  return typeof value === 'string' ? value : '';
};

const placeholderOf = ({ field, values }: FieldInputProps): string | undefined =>
  typeof field.placeholder === 'function' ? field.placeholder(values) : field.placeholder;

function FlagInput(props: FieldInputProps) {
  const { field, values, onChange } = props;
  const on = (values[field.name] === true) !== (field.inverted === true);
  return (
    <Checkbox
      checked={on}
      onChange={(event) => onChange({ [field.name]: event.target.checked !== (field.inverted === true) })}
    >
      {field.label}
    </Checkbox>
  );
}

function TextInput(props: FieldInputProps) {
  const { field, error, onChange } = props;
  const shared = {
    className: 'font-mono',
    autoComplete: 'off',
    spellCheck: false,
    placeholder: placeholderOf(props),
    value: textOf(props),
  };
  return (
    <Field label={field.label} hint={field.hint} optional={field.optional} error={error}>
      {(ids) =>
        field.kind === 'block' ? (
          <Textarea
            {...ids}
            {...shared}
            rows={4}
            onChange={(event) => onChange({ [field.name]: event.target.value })}
          />
        ) : (
          <Input {...ids} {...shared} onChange={(event) => onChange({ [field.name]: event.target.value })} />
        )
      }
    </Field>
  );
}

function ChoiceInput(props: FieldInputProps) {
  const { field, error, onChange } = props;
  return (
    <Field label={field.label} hint={field.hint} error={error}>
      {(ids) => (
        <Select
          {...ids}
          value={textOf(props)}
          onChange={(event) => onChange({ [field.name]: event.target.value })}
        >
          {(field.options ?? []).map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

/** One field of an operation, as its description says. */
export function FieldInput(props: FieldInputProps) {
  const { field } = props;
  switch (field.kind) {
    case 'table':
      return <TablePicker {...props} onChange={(table) => props.onTable(field.name, table)} />;
    case 'column':
      return <ColumnPicker {...props} />;
    case 'columns':
      return <ColumnsPicker {...props} />;
    case 'index':
    case 'constraint':
      return <NamePicker {...props} />;
    case 'flag':
      return <FlagInput {...props} />;
    case 'choice':
      return <ChoiceInput {...props} />;
    case 'failure':
      return <FailureChoice {...props} />;
    case 'relation':
    case 'relations':
    case 'text':
    case 'block':
      return <TextInput {...props} />;
  }
}
