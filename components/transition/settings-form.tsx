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
/** Key of a table's own pause among the draft's. */
const pauseKey = (table: string) => `pause ${table}`;
const isNumber = (text: string | undefined) => /^\d+(\.\d+)?$/.test((text ?? '').trim());

/** What was changed, in stored units. */
function changes(
  settings: RolloutSettings,
  draft: Draft,
  tables: readonly string[],
): Partial<RolloutSettings> {
  const figures = Object.fromEntries(
    FIELDS.filter((field) => draft[field.key] !== textOf(settings, field)).map(({ key, scale }) => [
      key,
      Math.round(Number(draft[key]) * scale),
    ]),
  );
  const own = tables.flatMap((table) => {
    const text = draft[pauseKey(table)]?.trim() ?? '';
    return text === '' ? [] : [[table, Number(text)] as const];
  });
  const tablePauses = Object.fromEntries(own);
  const same = JSON.stringify(tablePauses) === JSON.stringify(settings.tablePauses);
  return same ? figures : { ...figures, tablePauses };
}

/** The form behind "Change settings". Numbers only; the server says which of them are out of range. */
export function SettingsForm(props: {
  readonly settings: RolloutSettings;
  /** Tables that may get a longest pause of their own. */
  readonly tables: readonly string[];
  readonly busy: boolean;
  readonly onCancel: () => void;
  readonly onSave: (settings: Partial<RolloutSettings>) => void;
}) {
  const [values, setValues] = useState<Draft>(() =>
    Object.fromEntries([
      ...FIELDS.map((field) => [field.key, textOf(props.settings, field)]),
      ...props.tables.map((table) => [pauseKey(table), String(props.settings.tablePauses[table] ?? '')]),
    ]),
  );
  const isPause = (text: string | undefined) => (text ?? '').trim() === '' || isNumber(text);
  const wrong =
    FIELDS.some(({ key }) => !isNumber(values[key])) ||
    props.tables.some((table) => !isPause(values[pauseKey(table)]));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!wrong) props.onSave(changes(props.settings, values, props.tables));
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
      <fieldset className="space-y-4">
        <legend className="text-sm font-semibold text-ink">Longest pause, table by table</legend>
        <p className="-mt-2 text-sm text-ink-3">Empty: as for all.</p>
        {props.tables.map((table) => (
          <Field
            key={table}
            label={`Longest pause on ${table.replace(/^public\./, '')} (ms)`}
            error={isPause(values[pauseKey(table)]) ? null : 'A number, or nothing.'}
          >
            {(ids) => (
              <Input
                {...ids}
                inputMode="decimal"
                className="tabular"
                placeholder={values.maxPauseMs}
                value={values[pauseKey(table)] ?? ''}
                onChange={(event) => setValues({ ...values, [pauseKey(table)]: event.target.value })}
              />
            )}
          </Field>
        ))}
      </fieldset>
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
