import { cva, type VariantProps } from 'class-variance-authority';
import { LoaderCircle } from 'lucide-react';
import type { ComponentProps } from 'react';
import { classNames } from './class-names';

/** The looks of a button; also for links that act as one. */
export const buttonStyle = cva(
  'inline-flex items-center justify-center gap-2 rounded-md font-medium whitespace-nowrap transition-colors duration-150 select-none disabled:opacity-55 aria-disabled:opacity-55',
  {
    variants: {
      variant: {
        primary: 'bg-accent text-on-accent hover:not-disabled:bg-accent-strong',
        secondary:
          'border border-line-strong bg-surface text-ink hover:not-disabled:bg-sunken hover:not-disabled:border-ink-3',
        quiet: 'text-ink-2 hover:not-disabled:bg-sunken hover:not-disabled:text-ink',
        danger: 'bg-failed text-surface hover:not-disabled:opacity-90',
      },
      size: {
        sm: 'h-7 px-2.5 text-sm',
        md: 'h-9 px-3.5 text-base',
        icon: 'size-8 shrink-0',
      },
    },
    defaultVariants: { variant: 'secondary', size: 'md' },
  },
);

type ButtonProps = ComponentProps<'button'> & VariantProps<typeof buttonStyle> & { readonly busy?: boolean };

/** A button that names what it does. `busy` keeps its width, shows that it works and ignores clicks. */
export function Button({ variant, size, busy = false, className, children, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={classNames(buttonStyle({ variant, size }), className)}
    >
      {busy ? <LoaderCircle aria-hidden size={15} className="animate-spin-slow" /> : null}
      {children}
    </button>
  );
}
