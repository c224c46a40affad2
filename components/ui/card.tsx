import type { ReactNode } from 'react';
import { classNames } from './class-names';

/** A group with a hairline border. With a title it is a labelled section. */
export function Card(props: {
  readonly title?: ReactNode;
  readonly id?: string;
  readonly aside?: ReactNode;
  readonly className?: string;
  readonly bodyClassName?: string;
  readonly children: ReactNode;
}) {
  const titleId = props.id ? `${props.id}-title` : undefined;
  return (
    <section
      id={props.id}
      aria-labelledby={props.title ? titleId : undefined}
      className={classNames('min-w-0 rounded-lg border bg-surface', props.className)}
    >
      {props.title ? (
        <header className="flex min-h-11 flex-wrap items-center justify-between gap-x-3 gap-y-1 border-b px-4 py-2">
          <h2 id={titleId} className="text-base font-semibold">
            {props.title}
          </h2>
          {props.aside}
        </header>
      ) : null}
      <div className={classNames('p-4', props.bodyClassName)}>{props.children}</div>
    </section>
  );
}
