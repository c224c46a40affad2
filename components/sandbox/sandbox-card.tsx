'use client';

import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { type ReactNode, useEffect, useRef } from 'react';
import { createSandbox } from '@/app/actions/sandbox';
import { useAct } from '@/components/people/use-act';
import { Button, buttonStyle } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { count } from '@/components/ui/number-words';
import type { SandboxView } from '@/lib/views/sandbox-view';
import { RemoveSandbox } from './remove-sandbox';
import { firstRenameHref } from './sandbox-links';
import { trafficSentence } from './traffic-words';
import { useSandbox } from './use-sandbox';

/** Where the sandbox is offered, watched while it is made, and led on from when it is there. */
export function SandboxCard() {
  const { sandbox, unanswered, refresh } = useSandbox();
  const { act, pending } = useAct();
  useRenderAnew(sandbox?.state);

  const create = (label: string): ReactNode => (
    <Button
      variant="primary"
      busy={pending === 'create'}
      onClick={() => act('create', () => createSandbox({}), { onDone: () => void refresh() })}
    >
      {label}
    </Button>
  );

  if (unanswered && sandbox === null) {
    return <EmptyState title="Try it on a sandbox">Segue does not answer at the moment.</EmptyState>;
  }
  if (sandbox === null || sandbox.state === 'none') {
    return (
      <EmptyState title="Try it on a sandbox" actions={sandbox === null ? null : create('Create sandbox')}>
        The database of a small shop with 200,000 customers, and two versions of its code as live traffic.
        Rename a column there and back, and watch that no request fails.
      </EmptyState>
    );
  }
  return <Present sandbox={sandbox} again={create('Try again')} />;
}

function Present({
  sandbox,
  again,
}: {
  readonly sandbox: Exclude<SandboxView, { state: 'none' }>;
  readonly again: ReactNode;
}) {
  switch (sandbox.state) {
    case 'creating':
      return (
        <EmptyState title="Making the sandbox">
          <span role="status" className="block min-h-10">
            {sandbox.step === '' ? 'Starting' : sandbox.step} … It takes about ten seconds.
          </span>
        </EmptyState>
      );
    case 'removing':
      return (
        <EmptyState title="Removing the sandbox">
          <span role="status">Its database and roles are being dropped …</span>
        </EmptyState>
      );
    case 'failed':
      return (
        <EmptyState
          title="The sandbox is not ready"
          actions={
            <>
              {again}
              <RemoveSandbox label="Clear what is left" />
            </>
          }
        >
          <span role="alert" className="break-words">
            {sandbox.message} {sandbox.next}
          </span>
        </EmptyState>
      );
    case 'ready':
      return (
        <EmptyState
          title="The sandbox is running"
          actions={
            <>
              <Link
                href={firstRenameHref(sandbox.databaseId)}
                className={buttonStyle({ variant: 'primary' })}
              >
                Rename customers.name to full_name
              </Link>
              <Link href={`/databases/${sandbox.databaseId}`} className={buttonStyle()}>
                Open sandbox
              </Link>
              <RemoveSandbox />
            </>
          }
        >
          <p>{count(sandbox.customers)} customers, with their orders.</p>
          <p className="tabular">{trafficSentence(sandbox.traffic)}</p>
        </EmptyState>
      );
  }
}

/** Lists of databases are rendered by the server: once the sandbox is there or gone, they are asked for again. */
function useRenderAnew(state: SandboxView['state'] | undefined): void {
  const router = useRouter();
  const before = useRef(state);
  useEffect(() => {
    const was = before.current;
    before.current = state;
    if (was !== undefined && was !== state && (state === 'ready' || state === 'none')) router.refresh();
  }, [state, router]);
}
