'use client';

import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import type { RolloutSettings } from '@/lib/core/rollout';
import { settingGroups } from './setting-fields';
import { SettingsForm } from './settings-form';

/** The rollout's settings; they can be changed while it runs and hold from the next batch or statement. */
export function SettingsPanel(props: {
  readonly settings: RolloutSettings;
  readonly tables: readonly string[];
  /** Whether the plan copies rows. */
  readonly copies: boolean;
  readonly allowed: boolean;
  readonly busy: boolean;
  readonly onSave: (settings: Partial<RolloutSettings>) => Promise<boolean>;
}) {
  const [editing, setEditing] = useState(false);
  return (
    <Card
      id="settings"
      title="Settings of this transition"
      aside={
        props.allowed ? (
          <Button size="sm" variant="quiet" onClick={() => setEditing(true)}>
            Change settings
          </Button>
        ) : null
      }
    >
      {editing ? (
        <SettingsForm
          settings={props.settings}
          tables={props.tables}
          copies={props.copies}
          busy={props.busy}
          onCancel={() => setEditing(false)}
          onSave={(settings) => {
            props.onSave(settings).then((saved) => {
              if (saved) setEditing(false);
            });
          }}
        />
      ) : null}
      <div className="space-y-4">
        {settingGroups(props.copies).map(({ title, fields }) => (
          <section key={title}>
            <h3 className="mb-1 text-sm text-ink-3">{title}</h3>
            <dl className="space-y-1">
              {fields.map(({ key, label, show }) => (
                <div key={key} className="flex justify-between gap-4">
                  <dt className="text-ink-2">{label.replace(/ \(.+\)$/, '')}</dt>
                  <dd className="text-right font-medium tabular">{show(props.settings[key])}</dd>
                </div>
              ))}
              {title === 'Pauses'
                ? Object.entries(props.settings.tablePauses).map(([table, pause]) => (
                    <div key={table} className="flex justify-between gap-4">
                      <dt className="min-w-0 text-ink-2 break-words">
                        Longest pause on {table.replace(/^public\./, '')}
                      </dt>
                      <dd className="text-right font-medium tabular">{pause} ms</dd>
                    </div>
                  ))
                : null}
            </dl>
          </section>
        ))}
      </div>
    </Card>
  );
}
