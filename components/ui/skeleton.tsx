import { classNames } from './class-names';

/** A quiet stand-in of the size that will come. */
export function Skeleton({ className }: { readonly className?: string }) {
  return <div aria-hidden data-loading className={classNames('rounded-md bg-sunken', className)} />;
}
