import { MONTH_NAMES } from '@/lib/core/month-names';
/** "22 Nov 2026, 11:40 UTC": the same on server and client. */
export function exactTime(iso: string): string {
  const date = new Date(iso);
  const month = (MONTH_NAMES[date.getUTCMonth()] ?? '').slice(0, 3);
  const clock = date.toISOString().slice(11, 16);
  return `${date.getUTCDate()} ${month} ${date.getUTCFullYear()}, ${clock} UTC`;
}

/** "14 November", with the year where it is not this one; with the time where it is within a day. */
export function dayInWords(iso: string, now: number): string {
  const date = new Date(iso);
  const day = `${date.getUTCDate()} ${MONTH_NAMES[date.getUTCMonth()] ?? ''}`;
  const near = Math.abs(date.getTime() - now) < 24 * 3600 * 1000;
  if (near) return `${day}, ${date.toISOString().slice(11, 16)} UTC`;
  return date.getUTCFullYear() === new Date(now).getUTCFullYear() ? day : `${day} ${date.getUTCFullYear()}`;
}

/** "just now", "4 min ago", "3 h ago", "12 days ago". Future times read "in 4 min". */
export function ageInWords(iso: string, now: number): string {
  const seconds = Math.round((now - new Date(iso).getTime()) / 1000);
  const size = Math.abs(seconds);
  if (size < 45) return 'just now';
  const words =
    size < 3600
      ? `${Math.max(1, Math.round(size / 60))} min`
      : size < 36 * 3600
        ? `${Math.round(size / 3600)} h`
        : `${Math.round(size / 86400)} days`;
  return seconds >= 0 ? `${words} ago` : `in ${words}`;
}

/** A length of time: "400 ms", "12 s", "3 min", "2 h", "7 days". */
export function durationInWords(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} days`;
}

/** "about 3–4 minutes"; one number where both ends read the same. */
export function rangeInWords([low, high]: readonly [number, number]): string {
  const minutes = high >= 90;
  const unit = minutes ? 60 : 1;
  const from = Math.max(1, Math.floor(low / unit));
  const to = Math.max(from, Math.ceil(high / unit));
  const word = minutes ? (to === 1 ? 'minute' : 'minutes') : to === 1 ? 'second' : 'seconds';
  return from === to ? `about ${to} ${word}` : `about ${from}–${to} ${word}`;
}
