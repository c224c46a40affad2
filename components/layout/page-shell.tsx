import Link from 'next/link';
import { Fragment, type ReactNode } from 'react';

export interface Crumb {
  readonly label: string;
  readonly href?: string;
}

/** Breadcrumb, title and the one primary action; then the content, at most 1200 px wide. */
export function PageShell(props: {
  readonly crumbs: readonly Crumb[];
  readonly title: ReactNode;
  readonly lead?: ReactNode;
  readonly action?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <div className="mx-auto w-full max-w-[1200px] px-4 pt-3 pb-10 sm:px-6 lg:px-8">
      {props.crumbs.length > 0 ? (
        <nav aria-label="Breadcrumb" className="flex h-8 items-center text-sm text-ink-3">
          <ol className="flex min-w-0 items-center gap-1.5">
            {props.crumbs.map((crumb, index) => (
              <Fragment key={crumb.label}>
                {index > 0 ? <li aria-hidden>/</li> : null}
                <li className="min-w-0 truncate" aria-current={crumb.href ? undefined : 'page'}>
                  {crumb.href ? (
                    <Link href={crumb.href} className="rounded-sm hover:text-ink hover:underline">
                      {crumb.label}
                    </Link>
                  ) : (
                    crumb.label
                  )}
                </li>
              </Fragment>
            ))}
          </ol>
        </nav>
      ) : null}
      <header className="mt-2 mb-6 grid grid-cols-[minmax(0,1fr)_auto] items-start gap-x-4 gap-y-2">
        <h1 className="text-2xl font-semibold tracking-tight break-words">{props.title}</h1>
        <div>{props.action}</div>
        {props.lead ? (
          <div className="col-span-2 max-w-[720px] text-ink-2 sm:col-span-1 sm:row-start-2">{props.lead}</div>
        ) : null}
      </header>
      {props.children}
    </div>
  );
}
