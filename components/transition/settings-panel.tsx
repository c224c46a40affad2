'use client';

import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { count } from '@/components/ui/number-words';
import { durationInWords } from '@/components/ui/time-words';
import type { RolloutSettings } from '@/lib/core/rollout';
import { SettingsForm } from './settings-form';

/** The rollout's settings; they can be changed while it runs and hold from the next batch or statement. */
export function SettingsPanel(props: {
  readonly settings: RolloutSettings;
  readonly allowed: boolean;
  readonly busy: boolean;
  readonly onSave: (settings: RolloutSettings) => Promise<boolean>;
}) {
  const [editing, setEditing] = useState(false);
  const { maxPauseMs, batchRows, batchPauseMs, retentionMs } = props.settings;
  const facts = [
    ['Longest pause of your queries', `${maxPauseMs} ms`],
    ['Rows a batch', count(batchRows)],
    ['Pause between batches', `${batchPauseMs} ms`],
    ['Keep what is retired', retentionMs === 0 ? 'not at all' : durationInWords(retentionMs)],
  ] as const;
  return (
    <Card
      id="settings"
      title="Settings of this transition"
      aside={
        props.allowed && !editing ? (
          <Button size="sm" variant="quiet" onClick={() => setEditing(true)}>
            Change settings
          </Button>
        ) : null
      }
    >
      {editing ? (
        <SettingsForm
          settings={props.settings}
          busy={props.busy}
          onCancel={() => setEditing(false)}
          onSave={(settings) => {
            props.onSave(settings).then((saved) => {
              if (saved) setEditing(false);
            });
          }}
        />
      ) : (
        <dl className="space-y-1.5">
          {facts.map(([label, value]) => (
            <div key={label} className="flex justify-between gap-4">
              <dt className="text-ink-2">{label}</dt>
              <dd className="text-right font-medium tabular">{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </Card>
  );
}
