import {
  Archive,
  CircleArrowRight,
  CircleCheck,
  CircleDashed,
  CirclePause,
  CircleSlash,
  Hourglass,
  LoaderCircle,
  type LucideIcon,
  OctagonAlert,
  Undo2,
} from 'lucide-react';
import type { Tone } from '@/components/ui/badge';
import type { RolloutStatus } from '@/lib/core/rollout';

interface StatusLook {
  readonly word: string;
  readonly tone: Tone;
  readonly icon: LucideIcon;
  readonly spin?: boolean;
}

/** Word, icon and colour of each status, the same everywhere. */
export const STATUS_LOOKS: Record<RolloutStatus, StatusLook> = {
  not_started: { word: 'Not started', tone: 'neutral', icon: CircleDashed },
  ready: { word: 'Ready', tone: 'waiting', icon: CircleArrowRight },
  running: { word: 'Running', tone: 'running', icon: LoaderCircle, spin: true },
  pausing: { word: 'Pausing…', tone: 'waiting', icon: CirclePause },
  paused: { word: 'Paused', tone: 'waiting', icon: CirclePause },
  held: { word: 'Held', tone: 'held', icon: Hourglass },
  failed: { word: 'Failed', tone: 'failed', icon: OctagonAlert },
  rolling_back: { word: 'Rolling back…', tone: 'running', icon: Undo2 },
  retired: { word: 'Retired', tone: 'waiting', icon: Archive },
  done: { word: 'Done', tone: 'done', icon: CircleCheck },
  abandoned: { word: 'Abandoned', tone: 'neutral', icon: CircleSlash },
};

/** The CSS colour of a tone's ink. */
export function toneInk(tone: Tone): string {
  return tone === 'neutral' ? 'var(--ink-3)' : `var(--${tone})`;
}
