import { CircleCheck, Info, OctagonAlert, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from './class-names';

const LOOKS = {
  info: { icon: Info, className: 'bg-running-soft text-running' },
  waiting: { icon: TriangleAlert, className: 'bg-waiting-soft text-waiting' },
  failed: { icon: OctagonAlert, className: 'bg-failed-soft text-failed' },
  done: { icon: CircleCheck, className: 'bg-done-soft text-done' },
} as const;

/** A message in the page that asks for attention, with its icon and a title. */
export function Notice(props: {
  readonly tone: keyof typeof LOOKS;
  readonly title: string;
  readonly children?: ReactNode;
  readonly live?: boolean;
  readonly className?: string;
}) {
  const { icon: Icon, className } = LOOKS[props.tone];
  return (
    <div
      role={props.live ? 'alert' : undefined}
      className={classNames('flex gap-3 rounded-lg p-4', className, props.className)}
    >
      <Icon aria-hidden size={16} className="mt-0.5 shrink-0" />
      <div className="min-w-0 flex-1">
        <p className="font-semibold break-words">{props.title}</p>
        {props.children ? <div className="mt-1 text-ink">{props.children}</div> : null}
      </div>
    </div>
  );
}
