'use client';

import { useEffect, useRef, useState } from 'react';
import type { TransitionLive } from '@/lib/views/transition-view';

/** The words to read out: they change with status and position, not with each figure. */
function useAnnouncement(live: TransitionLive): string {
  const mark = `${live.status}:${live.track.position}`;
  const last = useRef(mark);
  const [words, setWords] = useState('');
  useEffect(() => {
    if (last.current === mark) return;
    last.current = mark;
    setWords(`${live.sentence.now} ${live.sentence.next}`);
  }, [mark, live.sentence]);
  return words;
}

/** What is going on, what is safe, what is next. Figures change in place; only a change of phase is announced. */
export function StateSentenceView({ live }: { readonly live: TransitionLive }) {
  const announcement = useAnnouncement(live);
  const { now, safe, next } = live.sentence;
  return (
    <div className="min-h-[72px] max-w-[760px]">
      <p className="text-lg font-medium tabular">{now}</p>
      <p className="mt-0.5 text-ink-2 tabular">{safe}</p>
      {/* The failure above it has said so already. */}
      {live.error?.next === next ? null : <p className="mt-0.5 text-ink-2 tabular">{next}</p>}
      <p aria-live="polite" className="sr-only">
        {announcement}
      </p>
    </div>
  );
}
