'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { classNames } from '@/components/ui/class-names';
import { isCurrent, NAV_ITEMS } from './nav-items';

function Mark() {
  return (
    <svg aria-hidden="true" width={24} height={24} viewBox="0 0 24 24" fill="none">
      <path d="M2 8 H 13" stroke="var(--ink)" strokeWidth={3.5} />
      <path d="M15.5 8 H 17" stroke="var(--ink)" strokeWidth={3.5} />
      <path d="M19.5 8 H 21" stroke="var(--ink)" strokeWidth={3.5} />
      <path d="M8 16 H 22" stroke="var(--accent)" strokeWidth={3.5} />
      <path d="M10.5 8 V 16" stroke="var(--ink-2)" strokeWidth={1.5} />
    </svg>
  );
}

/** The narrow rail; a bar at the bottom on a phone. */
export function Rail() {
  const path = usePathname();
  return (
    <nav
      aria-label="Main"
      className="fixed inset-x-0 bottom-0 z-30 border-t bg-surface pb-[env(safe-area-inset-bottom)] md:inset-y-0 md:right-auto md:w-[76px] md:border-t-0 md:border-r md:pb-0"
    >
      <Link href="/" aria-label="Segue, home" className="hidden h-14 items-center justify-center md:flex">
        <Mark />
      </Link>
      <ul className="flex md:mt-2 md:flex-col md:gap-1 md:px-1.5">
        {NAV_ITEMS.map(({ href, label, icon: Icon }) => {
          const current = isCurrent(href, path);
          return (
            <li key={href} className="flex-1">
              <Link
                href={href}
                aria-current={current ? 'page' : undefined}
                className={classNames(
                  'flex h-14 flex-col items-center justify-center gap-1 rounded-md text-[11px] leading-none font-medium transition-colors duration-150',
                  current ? 'text-ink md:bg-sunken' : 'text-ink-3 hover:text-ink',
                )}
              >
                <Icon aria-hidden size={18} className={current ? 'text-accent' : undefined} />
                {label}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
