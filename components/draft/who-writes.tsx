'use client';

import { Choice } from '@/components/ui/choice';
import type { DualWrite } from '@/lib/core/operation';

/** Who keeps the old and the new column the same while both codes run. */
export function WhoWrites(props: {
  readonly value: DualWrite;
  readonly onChange: (value: DualWrite) => void;
}) {
  return (
    <div>
      <p className="mb-1 text-sm font-medium">Who writes both columns while both codes run</p>
      <Choice
        label="Who writes both columns"
        value={props.value}
        onChange={props.onChange}
        options={[
          {
            value: 'managed',
            label: 'Segue, by a trigger',
            hint: 'No change to your code for it. The usual choice.',
          },
          {
            value: 'application',
            label: 'My application',
            hint: 'You ship code that writes both; Segue watches for drift.',
          },
        ]}
      />
    </div>
  );
}
