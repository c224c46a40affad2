'use client';

import { useEffect, useState } from 'react';
import { ageInWords, exactTime } from './time-words';

/** "4 min ago", kept up to date, with the exact time on hover. The server's rendering shows the exact time: it has no "now" of the reader. */
export function RelativeTime({ at, className }: { readonly at: string; readonly className?: string }) {
  const [now, setNow] = useState<number | null>(null);
  useEffect(() => {
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 15_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <time dateTime={at} title={exactTime(at)} className={className}>
      {now === null ? exactTime(at) : ageInWords(at, now)}
    </time>
  );
}
