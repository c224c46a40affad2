import { rangeInWords } from '@/components/ui/time-words';

/** "under a second", "about 3–40 seconds", "about 2–25 minutes". */
export function secondsInWords([low, high]: readonly [number, number]): string {
  if (high < 1) return 'under a second';
  return rangeInWords([low, high]);
}
