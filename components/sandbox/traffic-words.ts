import { count } from '@/components/ui/number-words';
import { PHASE_TITLES } from '@/lib/core/plan';
import type { SandboxTrafficView, TrafficMark, TrafficView } from '@/lib/views/sandbox-view';

export const VERSION_NAMES = { old: 'Old code', new: 'New code' } as const;

/** "30", "0.4": requests per second without noise. */
export function rateInWords(view: TrafficView): string {
  if (!view.on) return '–';
  return view.requestsPerSecond < 10 ? view.requestsPerSecond.toFixed(1) : count(view.requestsPerSecond);
}

/** "3.2 ms", "41 ms". */
export function p99InWords({ p99Ms }: TrafficView): string {
  if (p99Ms === null) return '–';
  return `${p99Ms < 10 ? p99Ms.toFixed(1) : count(p99Ms)} ms`;
}

/** "Old code sends 30 requests a second, without an error. New code is off." */
export function trafficSentence({ versions }: SandboxTrafficView): string {
  return versions
    .map((view) => {
      const name = VERSION_NAMES[view.version];
      if (!view.on) return `${name} is off.`;
      const errors = view.errors === 0 ? 'without an error' : `with ${count(view.errors)} errors`;
      return `${name} sends ${rateInWords(view)} requests a second, ${errors}.`;
    })
    .join(' ');
}

/** "Sync", "Sync back", "New code on": short, for the top of a chart. */
export function markInWords(mark: TrafficMark): string {
  if (mark.kind === 'switch') return `${VERSION_NAMES[mark.version]} ${mark.on ? 'on' : 'off'}`;
  return mark.direction === 'forward' ? PHASE_TITLES[mark.phase] : `${PHASE_TITLES[mark.phase]} back`;
}
