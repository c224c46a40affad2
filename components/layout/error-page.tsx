'use client';

import { useEffect } from 'react';
import { reportClientError } from '@/app/actions/client-errors';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import { PageShell } from './page-shell';

/** What a page shows when it could not be made: what is meant, what is safe, what next. */
export function ErrorPage(props: {
  readonly title: string;
  readonly error: Error & { readonly digest?: string };
  readonly onRetry: () => void;
}) {
  const { error } = props;
  useEffect(() => {
    console.error(error);
    if (error.digest === undefined)
      void reportClientError({
        path: window.location.pathname,
        message: error.message,
        stack: error.stack ?? null,
      });
  }, [error]);
  return (
    <PageShell crumbs={[{ label: 'Transitions', href: '/' }, { label: 'Error' }]} title={props.title}>
      <Notice tone="failed" title="Segue could not read what this page shows." live>
        Nothing was changed by it, and whatever runs goes on. If it happens again, look into the log of Segue
        {error.digest ? ` for ${error.digest}` : ''}.
      </Notice>
      <Button className="mt-4" variant="primary" onClick={props.onRetry}>
        Try again
      </Button>
    </PageShell>
  );
}
