'use client';

import { type FormEvent, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import type { Consequence } from './consequences';

/** Before the point of no return: the table's name has to be typed. */
export function DeleteDialog(props: {
  readonly label: string;
  readonly consequence: Consequence;
  readonly name: string;
  readonly busy: boolean;
  readonly onClose: () => void;
  readonly onStart: (typedTable: string) => void;
}) {
  const [typed, setTyped] = useState('');
  const matches = typed.trim() === props.name;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (matches) props.onStart(typed.trim());
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) props.onClose();
      }}
      title={`${props.label}: this cannot be rolled back`}
      description={props.consequence.text}
    >
      <form onSubmit={submit} className="space-y-4">
        <Field label={`Type the table's name, ${props.name}, to confirm`}>
          {(ids) => (
            <Input
              {...ids}
              autoFocus
              autoComplete="off"
              spellCheck={false}
              className="font-mono"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          )}
        </Field>
        <div className="flex justify-end gap-2">
          <Button onClick={props.onClose}>Cancel</Button>
          <Button type="submit" variant="danger" disabled={!matches} busy={props.busy}>
            {props.label}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
