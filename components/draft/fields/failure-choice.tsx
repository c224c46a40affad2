'use client';

import { Field } from '@/components/ui/field';
import { Input, Select } from '@/components/ui/input';
import type { FieldInputProps } from './field-input';

/** reject, quarantine, or an expression of one's own. */
export function FailureChoice({ field, values, error, onChange }: FieldInputProps) {
  const value = typeof values[field.name] === 'string' ? String(values[field.name]) : '';
  const named = ['', 'reject', 'quarantine'].includes(value);
  const change = (to: string) => onChange({ [field.name]: to });
  return (
    <div className="space-y-2">
      <Field label={field.label} error={named ? error : null} hint={field.hint}>
        {(ids) => (
          <Select
            {...ids}
            value={named ? value : 'value'}
            onChange={(event) => change(event.target.value === 'value' ? 'NULL' : event.target.value)}
          >
            <option value="">Not said: such a write is refused</option>
            <option value="reject">Reject: stop and show the rows</option>
            <option value="quarantine">Quarantine: leave it empty and record the row</option>
            <option value="value">Use a value</option>
          </Select>
        )}
      </Field>
      {named ? null : (
        <Field label="Value where it fails (SQL)" error={error}>
          {(ids) => (
            <Input
              {...ids}
              className="font-mono"
              autoComplete="off"
              spellCheck={false}
              value={value}
              onChange={(event) => change(event.target.value)}
            />
          )}
        </Field>
      )}
    </div>
  );
}
