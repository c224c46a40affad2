'use client';

import { useEffect, useState } from 'react';
import { Field } from '@/components/ui/field';
import { Select } from '@/components/ui/input';
import type { RolloutSettings } from '@/lib/core/rollout';

const LANES = [1, 2, 3, 4];
const TARGETS_MS = [2, 5, 10, 25, 50, 100, 200, 500, 1000];
const PAUSES_MS = [0, 2, 5, 10, 20, 50, 100, 250, 1000];

function Pick(props: {
  readonly label: string;
  readonly value: number;
  readonly values: readonly number[];
  readonly words: (value: number) => string;
  readonly disabled: boolean;
  readonly onPick: (value: number) => Promise<boolean>;
}) {
  const { value } = props;
  // What was picked stands until the server's word of it is here.
  const [asked, setAsked] = useState<{ value: number; was: number } | null>(null);
  useEffect(() => setAsked((now) => (now?.was === value ? now : null)), [value]);
  // A value that was set by hand stands among the usual ones.
  const values = [...new Set([...props.values, value])].sort((a, b) => a - b);
  return (
    <Field label={props.label}>
      {(ids) => (
        <Select
          {...ids}
          value={asked?.value ?? value}
          disabled={props.disabled}
          onChange={async (event) => {
            setAsked({ value: Number(event.target.value), was: value });
            if (!(await props.onPick(Number(event.target.value)))) setAsked(null);
          }}
        >
          {values.map((each) => (
            <option key={each} value={each}>
              {props.words(each)}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

/** Faster or gentler while rows are being copied: each choice holds from the next batch on. */
export function CopySpeed(props: {
  readonly settings: Pick<RolloutSettings, 'lanes' | 'batchMs' | 'batchPauseMs'>;
  readonly busy: boolean;
  readonly onChange: (settings: Partial<RolloutSettings>) => Promise<boolean>;
}) {
  const { settings, busy, onChange } = props;
  return (
    <fieldset className="mt-3 border-t pt-3">
      <legend className="sr-only">Speed of copying</legend>
      <div className="grid grid-cols-2 items-end gap-3 sm:grid-cols-3 lg:grid-cols-2">
        <Pick
          label="Lanes"
          value={settings.lanes}
          values={LANES}
          words={String}
          disabled={busy}
          onPick={(lanes) => onChange({ lanes })}
        />
        <Pick
          label="Time of a batch"
          value={settings.batchMs}
          values={TARGETS_MS}
          words={(value) => `${value.toLocaleString('en')} ms`}
          disabled={busy}
          onPick={(batchMs) => onChange({ batchMs })}
        />
        <Pick
          label="Pause after a batch"
          value={settings.batchPauseMs}
          values={PAUSES_MS}
          words={(value) => (value === 0 ? 'none' : `${value.toLocaleString('en')} ms`)}
          disabled={busy}
          onPick={(batchPauseMs) => onChange({ batchPauseMs })}
        />
      </div>
      <p className="mt-1.5 text-sm text-ink-3">
        From the next batch on. A lane is one connection. More lanes and longer batches are faster; rows stay
        locked as long as a batch takes. Short batches with pauses are felt least by your queries.
      </p>
    </fieldset>
  );
}
