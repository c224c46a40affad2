'use client';

import { type FormEvent, useState } from 'react';
import { introduce } from '@/app/actions/people';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import type { Actor } from '@/lib/core/available-actions';

/** "Who are you?": the display name that every act records. */
export function IntroduceDialog(props: {
  readonly current: string;
  readonly onDone: (actor: Actor | null) => void;
}) {
  const [name, setName] = useState(props.current);
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const result = await introduce({ name });
    setBusy(false);
    if (result.ok) props.onDone(result.data);
    else setError(result.error.fields?.name ?? result.error.message);
  };

  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) props.onDone(null);
      }}
      title="Who are you?"
      description="Segue writes down who approved, started or rolled back what. There are no accounts yet: a name is enough."
    >
      <form onSubmit={submit} className="space-y-4">
        <Field label="Your name" error={error}>
          {(ids) => (
            <Input
              {...ids}
              autoFocus
              autoComplete="name"
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <div className="flex justify-end gap-2">
          <Button onClick={() => props.onDone(null)}>Cancel</Button>
          <Button type="submit" variant="primary" busy={busy} disabled={name.trim() === ''}>
            Continue
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
