'use client';

import { Popover as Primitive } from 'radix-ui';
import type { ReactNode } from 'react';

/** A small panel beside its trigger, for what can be taken back. */
export function Popover(props: {
  readonly trigger: ReactNode;
  readonly label: string;
  readonly align?: 'start' | 'center' | 'end';
  readonly open?: boolean;
  readonly onOpenChange?: (open: boolean) => void;
  readonly children: ReactNode;
}) {
  return (
    <Primitive.Root open={props.open} onOpenChange={props.onOpenChange}>
      <Primitive.Trigger asChild>{props.trigger}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          aria-label={props.label}
          align={props.align ?? 'start'}
          sideOffset={6}
          collisionPadding={12}
          className="animate-appear z-50 w-[320px] max-w-[calc(100vw-24px)] rounded-lg border bg-raised p-4 shadow-lg"
        >
          {props.children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
