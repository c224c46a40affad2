import { ChevronDown } from 'lucide-react';
import type { ComponentProps } from 'react';
import { classNames } from './class-names';

const CONTROL =
  'w-full rounded-md border border-line-strong bg-surface px-3 text-base text-ink transition-colors duration-150 hover:border-ink-3 aria-invalid:border-failed disabled:bg-sunken disabled:text-ink-3';

export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input {...rest} className={classNames(CONTROL, 'h-9', className)} />;
}

export function Textarea({ className, ...rest }: ComponentProps<'textarea'>) {
  return <textarea {...rest} className={classNames(CONTROL, 'min-h-20 py-2', className)} />;
}

/** The browser's own select: the right picker on each device, and by keyboard. */
export function Select({ className, children, ...rest }: ComponentProps<'select'>) {
  return (
    <span className={classNames('relative block', className)}>
      <select {...rest} className={classNames(CONTROL, 'h-9 appearance-none truncate pr-8')}>
        {children}
      </select>
      <ChevronDown
        aria-hidden
        size={14}
        className="pointer-events-none absolute top-1/2 right-3 -translate-y-1/2 text-ink-3"
      />
    </span>
  );
}

/** A check box with its words; the whole line is the target. */
export function Checkbox({ children, className, ...rest }: Omit<ComponentProps<'input'>, 'type'>) {
  return (
    <label className={classNames('flex cursor-pointer items-start gap-2.5', className)}>
      <input {...rest} type="checkbox" className="mt-[3px] size-4 shrink-0 accent-accent" />
      <span className="min-w-0">{children}</span>
    </label>
  );
}
