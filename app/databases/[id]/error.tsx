'use client';

import { ErrorPage } from '@/components/layout/error-page';

export default function Failed(props: {
  readonly error: Error & { digest?: string };
  readonly reset: () => void;
}) {
  return <ErrorPage title="Database" error={props.error} onRetry={props.reset} />;
}
