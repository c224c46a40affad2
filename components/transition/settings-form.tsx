'use client';

import { type FormEvent, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import type { RolloutSettings } from '@/lib/core/rollout';

const HOUR = 3_600_000;

type Draft = Record<'maxPauseMs' | 'batchRows' | 'batchPauseMs' | 'retentionHours', string>;

const FIELDS: readonly { readonly key: keyof Draft; readonly label: string; readonly hint: string }[] = [
  {
    key: 'maxPauseMs',
    label: 'Longest pause of your queries (ms)',
    hint: 'A statement that would make them wait longer gives up and tries again.',
  },
  { key: 'batchRows', label: 'Rows a batch', hint: 'Smaller batches hold row locks for a shorter time.' },
  {
    key: 'batchPauseMs',
    label: 'Pause between batches (ms)',
    hint: 'Leaves the server room for your application.',
  },
  {
    key: 'retentionHours',
    label: 'Keep what is retired (hours)',
    hint: 'Delete cannot start before. 168 hours are 7 days.',
  },
];

/** The form behind "Change settings". Numbers only; the server says which of them are out of range. */
export function SettingsForm(props: {
  readonly settings: RolloutSettings;
  readonly busy: boolean;
  readonly onCancel: () => void;
  readonly onSave: (settings: RolloutSettings) => void;
}) {
  const [values, setValues] = useState<Draft>({
    maxPauseMs: String(props.settings.maxPauseMs),
    batchRows: String(props.settings.batchRows),
    batchPauseMs: String(props.settings.batchPauseMs),
    retentionHours: String(props.settings.retentionMs / HOUR),
  });
  const wrong = FIELDS.filter(({ key }) => !/^\d+(\.\d+)?$/.test(values[key].trim())).map(({ key }) => key);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (wrong.length > 0) return;
    props.onSave({
      maxPauseMs: Number(values.maxPauseMs),
      batchRows: Number(values.batchRows),
      batchPauseMs: Number(values.batchPauseMs),
      retentionMs: Math.round(Number(values.retentionHours) * HOUR),
    });
  };
  return (
    <form onSubmit={submit} className="space-y-4">
      {FIELDS.map(({ key, label, hint }) => (
        <Field
          key={key}
          label={label}
          hint={hint}
          error={wrong.includes(key) ? 'A number, 0 or more.' : null}
        >
          {(ids) => (
            <Input
              {...ids}
              inputMode="decimal"
              className="tabular"
              value={values[key]}
              onChange={(event) => setValues({ ...values, [key]: event.target.value })}
            />
          )}
        </Field>
      ))}
      <div className="flex gap-2">
        <Button type="submit" variant="primary" size="sm" busy={props.busy} disabled={wrong.length > 0}>
          Save settings
        </Button>
        <Button size="sm" onClick={props.onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
