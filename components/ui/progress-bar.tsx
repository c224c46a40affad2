import { classNames } from './class-names';

/** A bar with its value in words for those who cannot see it. `value` is 0…1, null while it cannot be said. */
export function ProgressBar(props: {
  readonly label: string;
  readonly value: number | null;
  readonly text: string;
  readonly tone?: 'running' | 'waiting' | 'held' | 'done' | 'failed';
  readonly className?: string;
}) {
  const percent = props.value === null ? null : Math.max(0, Math.min(100, props.value * 100));
  const tone = {
    running: 'bg-running',
    waiting: 'bg-waiting',
    held: 'bg-held',
    done: 'bg-done',
    failed: 'bg-failed',
  }[props.tone ?? 'running'];
  return (
    <div
      role="progressbar"
      aria-label={props.label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent === null ? undefined : Math.floor(percent)}
      aria-valuetext={props.text}
      className={classNames(
        'h-2 overflow-hidden rounded-full bg-sunken ring-1 ring-line ring-inset',
        props.className,
      )}
    >
      <div
        className={classNames('h-full rounded-full transition-[width] duration-200', tone)}
        style={{ width: `${percent ?? 0}%` }}
      />
    </div>
  );
}
