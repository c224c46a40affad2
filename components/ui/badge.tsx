import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from './class-names';

export type Tone = 'neutral' | 'accent' | 'running' | 'waiting' | 'held' | 'failed' | 'done';

const TONES: Record<Tone, string> = {
  neutral: 'bg-sunken text-ink-2',
  accent: 'bg-accent-soft text-accent-strong',
  running: 'bg-running-soft text-running',
  waiting: 'bg-waiting-soft text-waiting',
  held: 'bg-held-soft text-held',
  failed: 'bg-failed-soft text-failed',
  done: 'bg-done-soft text-done',
};

/** An icon and a word, never colour alone. */
export function Badge(props: {
  readonly tone?: Tone;
  readonly icon?: LucideIcon;
  readonly spin?: boolean;
  readonly className?: string;
  readonly children: ReactNode;
}) {
  const Icon = props.icon;
  return (
    <span
      className={classNames(
        'inline-flex h-6 shrink-0 items-center gap-1.5 rounded-md px-2 text-sm font-medium whitespace-nowrap',
        TONES[props.tone ?? 'neutral'],
        props.className,
      )}
    >
      {Icon ? <Icon aria-hidden size={14} className={props.spin ? 'animate-spin-slow' : undefined} /> : null}
      {props.children}
    </span>
  );
}
