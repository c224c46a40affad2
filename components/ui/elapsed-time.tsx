'use client';

import { useEffect, useState } from 'react';
import { durationInWords, exactTime } from './time-words';

/** "for 13 s", counting on by itself, with the exact start on hover. The server's rendering shows the start: it has no "now" of the reader. */
export function ElapsedTime({ since }: { readonly since: string }) {
  const [now, setNow] = useState<number | null>(null);
  useEffect(() => {
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <time dateTime={since} title={exactTime(since)}>
      {now === null
        ? `since ${exactTime(since)}`
        : `for ${durationInWords(Math.max(1000, now - new Date(since).getTime()))}`}
    </time>
  );
}
