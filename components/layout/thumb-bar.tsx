import type { ReactNode } from 'react';
import { classNames } from '@/components/ui/class-names';

/** Actions in their place; on a phone they stay within the thumb's reach, above the bottom bar. */
export function ThumbBar({
  className,
  children,
}: {
  readonly className?: string;
  readonly children: ReactNode;
}) {
  return (
    <div
      className={classNames(
        'z-20 max-md:fixed max-md:inset-x-0 max-md:bottom-[calc(56px+env(safe-area-inset-bottom))] max-md:flex max-md:gap-2 max-md:border-t max-md:bg-surface max-md:px-4 max-md:py-2.5 max-md:*:flex-1',
        className,
      )}
    >
      {children}
    </div>
  );
}
