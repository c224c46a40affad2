'use client';

import { Switch as Primitive } from 'radix-ui';

/** On or off, at once. The label stands beside it; `label` is its name for those who cannot see that. */
export function Switch(props: {
  readonly label: string;
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChange: (checked: boolean) => void;
}) {
  return (
    <Primitive.Root
      aria-label={props.label}
      checked={props.checked}
      disabled={props.disabled}
      onCheckedChange={props.onChange}
      className="group inline-flex h-5 w-9 shrink-0 items-center rounded-full border border-ink-3 bg-sunken transition-colors duration-150 data-[state=checked]:border-accent data-[state=checked]:bg-accent disabled:opacity-55"
    >
      <Primitive.Thumb className="ml-0.5 block size-3.5 rounded-full bg-ink-3 transition-transform duration-150 data-[state=checked]:translate-x-4 data-[state=checked]:bg-on-accent" />
    </Primitive.Root>
  );
}
