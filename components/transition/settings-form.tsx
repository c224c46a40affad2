'use client';

import { type FormEvent, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import type { RolloutSettings } from '@/lib/core/rollout';
import { SETTING_GROUPS, type SettingField } from './setting-fields';

const FIELDS = SETTING_GROUPS.flatMap((group) => group.fields);
type Draft = Readonly<Record<string, string>>;

const textOf = (settings: RolloutSettings, { key, scale }: SettingField) => String(settings[key] / scale);
const isNumber = (text: string | undefined) => /^\d+(\.\d+)?$/.test((text ?? '').trim());

/** What was changed, in stored units. */
function changes(settings: RolloutSettings, draft: Draft): Partial<RolloutSettings> {
  return Object.fromEntries(
    FIELDS.filter((field) => draft[field.key] !== textOf(settings, field)).map(({ key, scale }) => [
      key,
      Math.round(Number(draft[key]) * scale),
    ]),
  );
}

/** The form behind "Change settings". Numbers only; the server says which of them are out of range. */
export function SettingsForm(props: {
  readonly settings: RolloutSettings;
  readonly busy: boolean;
  readonly onCancel: () => void;
  readonly onSave: (settings: Partial<RolloutSettings>) => void;
}) {
  const [values, setValues] = useState<Draft>(() =>
    Object.fromEntries(FIELDS.map((field) => [field.key, textOf(props.settings, field)])),
  );
  const wrong = FIELDS.some(({ key }) => !isNumber(values[key]));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!wrong) props.onSave(changes(props.settings, values));
  };
  return (
    <form onSubmit={submit} className="space-y-5">
      {SETTING_GROUPS.map(({ title, note, fields }) => (
        <fieldset key={title} className="space-y-4">
          <legend className="text-sm font-semibold text-ink">{title}</legend>
          {note === null ? null : <p className="-mt-2 text-sm text-ink-3">{note}</p>}
          {fields.map(({ key, label, hint }) => (
            <Field
              key={key}
              label={label}
              hint={hint}
              error={isNumber(values[key]) ? null : 'A number, 0 or more.'}
            >
              {(ids) => (
                <Input
                  {...ids}
                  inputMode="decimal"
                  className="tabular"
                  value={values[key] ?? ''}
                  onChange={(event) => setValues({ ...values, [key]: event.target.value })}
                />
              )}
            </Field>
          ))}
        </fieldset>
      ))}
      <div className="flex gap-2">
        <Button type="submit" variant="primary" size="sm" busy={props.busy} disabled={wrong}>
          Save settings
        </Button>
        <Button size="sm" onClick={props.onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
