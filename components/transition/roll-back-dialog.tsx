'use client';

import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Checkbox } from '@/components/ui/input';
import type { CheckResult } from '@/lib/core/check-result';
import { CheckLine } from './check-line';
import type { Consequence } from './consequences';

/** Only where a check of the way back could not be answered: a person looks at the evidence first. */
export function RollBackDialog(props: {
  readonly label: string;
  readonly consequence: Consequence;
  readonly unsure: readonly CheckResult[];
  readonly busy: boolean;
  readonly onClose: () => void;
  readonly onStart: (acknowledged: readonly string[]) => void;
}) {
  const [looked, setLooked] = useState(false);
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) props.onClose();
      }}
      title={props.label}
      description={props.consequence.text}
      footer={
        <>
          <Button onClick={props.onClose}>Cancel</Button>
          <Button
            variant="primary"
            disabled={!looked}
            busy={props.busy}
            onClick={() => props.onStart(props.unsure.map((check) => check.id))}
          >
            {props.label}
          </Button>
        </>
      }
    >
      <ul>
        {props.unsure.map((check) => (
          <CheckLine key={check.id} check={check} />
        ))}
      </ul>
      <Checkbox checked={looked} onChange={(event) => setLooked(event.target.checked)} className="mt-4">
        I have looked at this, and it may be rolled back.
      </Checkbox>
    </Dialog>
  );
}
