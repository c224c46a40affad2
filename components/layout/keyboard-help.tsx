'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import { Dialog } from '@/components/ui/dialog';

const KEYS: readonly (readonly [string, string])[] = [
  ['j', 'Next row'],
  ['k', 'Previous row'],
  ['Enter', 'Open the row'],
  ['/', 'Search'],
  ['1 – 5', 'Show a phase of the transition'],
  ['g then t', 'Go to transitions'],
  ['g then d', 'Go to databases'],
  ['g then a', 'Go to activity'],
  ['?', 'This list'],
];

const PLACES: Record<string, '/' | '/databases' | '/activity'> = { t: '/', d: '/databases', a: '/activity' };

/** True where a key belongs to what the person types into. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

/** Keys that work everywhere, and the list of all of them. No single key starts or undoes anything. */
export function KeyboardHelp() {
  const [open, setOpen] = useState(false);
  const router = useRouter();
  useEffect(() => {
    let leader = 0;
    const listen = (event: KeyboardEvent): void => {
      if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
      const place = Date.now() - leader < 1000 ? PLACES[event.key] : undefined;
      leader = event.key === 'g' ? Date.now() : 0;
      if (place !== undefined) router.push(place);
      if (event.key === '?') setOpen(true);
      if (event.key === '/') {
        const search = document.querySelector<HTMLElement>('input[type="search"]');
        if (search === null) return;
        event.preventDefault();
        search.focus();
      }
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [router]);
  return (
    <Dialog open={open} onOpenChange={setOpen} title="Keyboard">
      <dl className="grid grid-cols-[96px_1fr] gap-y-2">
        {KEYS.map(([key, words]) => (
          <div key={key} className="contents">
            <dt>
              <kbd className="rounded-sm border bg-sunken px-1.5 py-0.5 text-sm">{key}</kbd>
            </dt>
            <dd className="text-ink-2">{words}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
