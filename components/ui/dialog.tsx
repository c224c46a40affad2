'use client';

import { X } from 'lucide-react';
import { Dialog as Primitive } from 'radix-ui';
import type { ReactNode } from 'react';
import { buttonStyle } from './button';
import { classNames } from './class-names';

interface LayerProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  readonly description?: ReactNode;
  readonly children: ReactNode;
  readonly footer?: ReactNode;
}

const OVERLAY = 'fixed inset-0 z-40 bg-shade animate-appear';

function Heading({ title, description }: Pick<LayerProps, 'title' | 'description'>) {
  return (
    <div className="flex items-start justify-between gap-4 border-b px-5 py-4">
      <div className="min-w-0">
        <Primitive.Title className="text-lg font-semibold break-words">{title}</Primitive.Title>
        <Primitive.Description asChild>
          <div className={description ? 'mt-1 text-ink-2' : 'sr-only'}>{description ?? title}</div>
        </Primitive.Description>
      </div>
      <Primitive.Close
        aria-label="Close"
        className={classNames(buttonStyle({ variant: 'quiet', size: 'icon' }), '-mt-1 -mr-2')}
      >
        <X aria-hidden size={16} />
      </Primitive.Close>
    </div>
  );
}

function Layer({
  open,
  onOpenChange,
  title,
  description,
  children,
  footer,
  place,
}: LayerProps & { readonly place: string }) {
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className={OVERLAY} />
        <Primitive.Content
          className={classNames('fixed z-50 flex flex-col border bg-raised shadow-lg', place)}
        >
          <Heading title={title} description={description} />
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">{children}</div>
          {footer ? (
            <div className="flex flex-wrap justify-end gap-2 border-t px-5 py-3">{footer}</div>
          ) : null}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

/** A modal question in the middle of the page. */
export function Dialog(props: LayerProps) {
  return (
    <Layer
      {...props}
      place="top-1/2 left-1/2 max-h-[85dvh] w-[calc(100vw-32px)] max-w-[520px] -translate-x-1/2 -translate-y-1/2 rounded-lg"
    />
  );
}

/** A panel from the right that keeps the page in place; from below on a phone. */
export function Sheet(props: LayerProps) {
  return (
    <Layer
      {...props}
      place="animate-slide-in inset-x-0 bottom-0 max-h-[90dvh] rounded-t-lg sm:inset-y-0 sm:right-0 sm:left-auto sm:max-h-none sm:w-[480px] sm:rounded-none sm:border-y-0 sm:border-r-0"
    />
  );
}
