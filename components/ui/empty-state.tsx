import type { ReactNode } from 'react';

/** Nothing here yet: what would be here, and the next step. */
export function EmptyState(props: {
  readonly title: string;
  readonly children: ReactNode;
  readonly actions?: ReactNode;
}) {
  return (
    <div className="rounded-lg border border-dashed border-line-strong px-6 py-10 text-center">
      <h2 className="text-lg font-semibold">{props.title}</h2>
      <div className="mx-auto mt-2 max-w-[560px] text-ink-2">{props.children}</div>
      {props.actions ? <div className="mt-5 flex flex-wrap justify-center gap-2">{props.actions}</div> : null}
    </div>
  );
}
