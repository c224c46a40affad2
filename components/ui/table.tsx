import type { ComponentProps } from 'react';
import { classNames } from './class-names';

/** Tables have quiet headers; wide ones scroll inside their frame, never the page. */
export function Table({ className, label, ...rest }: ComponentProps<'table'> & { readonly label: string }) {
  return (
    <div className="overflow-x-auto">
      <table
        aria-label={label}
        {...rest}
        className={classNames('w-full border-collapse text-left', className)}
      />
    </div>
  );
}

export function HeadCell({ className, ...rest }: ComponentProps<'th'>) {
  return (
    <th
      scope="col"
      {...rest}
      className={classNames('border-b px-3 py-2 text-sm font-medium whitespace-nowrap text-ink-3', className)}
    />
  );
}

export function Cell({ className, ...rest }: ComponentProps<'td'>) {
  return <td {...rest} className={classNames('border-b px-3 py-2.5 align-top', className)} />;
}
