'use client';

import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Sheet } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Checkbox, Textarea } from '@/components/ui/input';
import type { CheckResult } from '@/lib/core/check-result';
import { CheckLine, CheckMark } from './check-line';
import type { Consequence } from './consequences';

interface AdvanceSheetProps {
  readonly label: string;
  readonly consequence: Consequence;
  readonly checks: readonly CheckResult[];
  /** Those among them that a person has to decide about. */
  readonly unsure: readonly CheckResult[];
  readonly busy: boolean;
  readonly onClose: () => void;
  readonly onStart: (words: {
    deployConfirmed: boolean;
    note: string;
    acknowledged: readonly string[];
  }) => void;
}

/** Before a phase that moves readers or writers: what it does, its checks, and whether the code is live. */
export function AdvanceSheet({
  label,
  consequence,
  checks,
  unsure,
  busy,
  onClose,
  onStart,
}: AdvanceSheetProps) {
  const { phase, text, first } = consequence;
  const question = phase.deploy?.question ?? null;
  const [live, setLive] = useState(false);
  const [note, setNote] = useState('');
  const [acknowledged, setAcknowledged] = useState<readonly string[]>([]);
  const answered = checks.filter((check) => check.phase === phase.number && check.moment === 'entry');
  const open = phase.entryChecks.filter((spec) => !answered.some((check) => check.id === spec.id));
  const failed = answered.some((check) => check.outcome === 'fail');
  const settled = unsure.every((check) => check.acknowledged || acknowledged.includes(check.id));
  const ready = (question === null || live) && settled;

  return (
    <Sheet
      open
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose();
      }}
      title={label}
      description={text}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            disabled={!ready}
            busy={busy}
            onClick={() => onStart({ deployConfirmed: live, note: note.trim(), acknowledged })}
          >
            {label}
          </Button>
        </>
      }
    >
      <div className="space-y-6">
        {question === null ? null : (
          <section>
            <h3 className="font-semibold">Is the code live?</h3>
            {phase.deploy ? <p className="mt-1 text-ink-2">{phase.deploy.text}</p> : null}
            <Checkbox
              checked={live}
              onChange={(event) => setLive(event.target.checked)}
              className="mt-3 rounded-md border p-3"
            >
              <span className="block font-medium">{question}</span>
              <span className="block text-sm text-ink-2">
                Yes, it is live everywhere. Your answer is recorded.
              </span>
            </Checkbox>
          </section>
        )}
        {first === null ? null : <p className="rounded-md bg-waiting-soft p-3 text-waiting">{first}</p>}
        <section>
          <h3 className="font-semibold">Checked before it starts</h3>
          {answered.length + open.length === 0 ? (
            <p className="mt-1 text-ink-2">This phase has no entry checks.</p>
          ) : (
            <ul className="mt-2">
              {answered.map((check) => (
                <CheckLine key={check.id} check={check} />
              ))}
              {open.map((spec) => (
                <li
                  key={spec.id}
                  className="flex items-start justify-between gap-3 border-b py-2.5 last:border-b-0"
                >
                  <span className="min-w-0 break-words">{spec.title}</span>
                  <CheckMark check={null} />
                </li>
              ))}
            </ul>
          )}
        </section>
        {failed ? (
          <p className="rounded-md bg-waiting-soft p-3 text-waiting">
            Started now it would stop at what failed here, and change nothing. It is asked again when you
            start.
          </p>
        ) : null}
        {unsure.length === 0 ? null : (
          <section>
            <h3 className="font-semibold">A person has to decide</h3>
            <div className="mt-2 space-y-2">
              {unsure.map((check) => (
                <Checkbox
                  key={check.id}
                  checked={check.acknowledged || acknowledged.includes(check.id)}
                  disabled={check.acknowledged}
                  onChange={(event) =>
                    setAcknowledged((ids) =>
                      event.target.checked ? [...ids, check.id] : ids.filter((id) => id !== check.id),
                    )
                  }
                >
                  I have looked at “{check.title}”, and it may go on.
                  {answered.includes(check) ? null : (
                    <span className="block text-sm text-ink-2">{check.summary}</span>
                  )}
                </Checkbox>
              ))}
            </div>
          </section>
        )}
        <Field label="Note for the history" optional>
          {(ids) => (
            <Textarea {...ids} rows={2} value={note} onChange={(event) => setNote(event.target.value)} />
          )}
        </Field>
      </div>
    </Sheet>
  );
}
