'use client';

import { type FormEvent, useId, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Sheet } from '@/components/ui/dialog';
import { Input } from '@/components/ui/input';
import type { RolloutSettings } from '@/lib/core/rollout';
import { SETTING_GROUPS, type SettingField, settingGroups } from './setting-fields';

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

/** One figure: what it is on the left, the figure on the right. */
function Figure(props: {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly error: string | null;
  readonly onChange: (value: string) => void;
}) {
  const id = useId();
  const { hint, error } = props;
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_104px] items-start gap-x-4">
      <div className="min-w-0">
        <label htmlFor={id} className="block font-medium">
          {props.label}
        </label>
        {hint ? (
          <p id={`${id}-hint`} className="text-sm text-ink-3">
            {hint}
          </p>
        ) : null}
        {error ? (
          <p id={`${id}-error`} className="text-sm text-failed">
            {error}
          </p>
        ) : null}
      </div>
      <Input
        id={id}
        aria-describedby={described === '' ? undefined : described}
        aria-invalid={error ? true : undefined}
        inputMode="decimal"
        className="text-right tabular"
        placeholder={props.placeholder}
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
      />
    </div>
  );
}

const FORM = 'settings-form';

/** The sheet behind "Change settings". Numbers only; the server says which of them are out of range. */
export function SettingsForm(props: {
  readonly settings: RolloutSettings;
  /** Tables that may get a longest pause of their own. */
  readonly tables: readonly string[];
  /** Whether the plan copies rows. */
  readonly copies: boolean;
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
  const set = (key: string) => (value: string) => setValues((now) => ({ ...now, [key]: value }));
  return (
    <Sheet
      open
      onOpenChange={(open) => {
        if (!open) props.onCancel();
      }}
      title="Settings of this transition"
      description="They hold from the next batch or statement on, also while it runs."
      footer={
        <>
          <Button onClick={props.onCancel}>Cancel</Button>
          <Button type="submit" form={FORM} variant="primary" busy={props.busy} disabled={wrong}>
            Save settings
          </Button>
        </>
      }
    >
      <form id={FORM} onSubmit={submit} className="space-y-6">
        {settingGroups(props.copies).map(({ title, note, fields }) => (
          <fieldset key={title} className="space-y-3">
            <legend className="mb-1 text-sm font-semibold text-ink-2">{title}</legend>
            {note === null ? null : <p className="text-sm text-ink-3">{note}</p>}
            {fields.map(({ key, label, hint }) => (
              <Figure
                key={key}
                label={label}
                hint={hint}
                error={isNumber(values[key]) ? null : 'A number, 0 or more.'}
                value={values[key] ?? ''}
                onChange={set(key)}
              />
            ))}
          </fieldset>
        ))}
        {props.tables.length === 0 ? null : (
          <fieldset className="space-y-3">
            <legend className="mb-1 text-sm font-semibold text-ink-2">Longest pause, table by table</legend>
            <p className="text-sm text-ink-3">Empty: as for all.</p>
            {props.tables.map((table) => (
              <Figure
                key={table}
                label={`Longest pause on ${table.replace(/^public\./, '')} (ms)`}
                error={isPause(values[pauseKey(table)]) ? null : 'A number, or nothing.'}
                placeholder={values.maxPauseMs}
                value={values[pauseKey(table)] ?? ''}
                onChange={set(pauseKey(table))}
              />
            ))}
          </fieldset>
        )}
      </form>
    </Sheet>
  );
}
