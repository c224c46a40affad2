'use client';

import { type FormEvent, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import type { RolloutSettings } from '@/lib/core/rollout';

const HOUR = 3_600_000;

type Draft = Record<'maxPauseMs' | 'batchRows' | 'batchPauseMs' | 'retentionHours', string>;

function toDraft(settings: RolloutSettings): Draft {
  return {
    maxPauseMs: String(settings.maxPauseMs),
    batchRows: String(settings.batchRows),
    batchPauseMs: String(settings.batchPauseMs),
    retentionHours: String(settings.retentionMs / HOUR),
  };
}

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

/** The rollout's settings; they can be changed while it runs and hold from the next batch or statement. */
export function SettingsPanel(props: {
  readonly settings: RolloutSettings;
  readonly allowed: boolean;
  readonly busy: boolean;
  readonly onSave: (settings: RolloutSettings) => void;
}) {
  const [draft, setDraft] = useState<Draft | null>(null);
  const values = draft ?? toDraft(props.settings);
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
    setDraft(null);
  };
  return (
    <Card id="settings" title="Settings of this transition">
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
                disabled={!props.allowed}
                value={values[key]}
                onChange={(event) => setDraft({ ...values, [key]: event.target.value })}
              />
            )}
          </Field>
        ))}
        {draft === null ? null : (
          <div className="flex gap-2">
            <Button type="submit" variant="primary" size="sm" busy={props.busy} disabled={wrong.length > 0}>
              Save settings
            </Button>
            <Button size="sm" onClick={() => setDraft(null)}>
              Cancel
            </Button>
          </div>
        )}
      </form>
    </Card>
  );
}
