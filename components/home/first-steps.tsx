import Link from 'next/link';
import { SandboxCard } from '@/components/sandbox/sandbox-card';
import { TrackExample } from '@/components/track/track-example';
import { buttonStyle } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import type { DatabaseView } from '@/lib/views/transition-view';

/** An empty list leads on: to a database, to the sandbox, to the first transition. */
export function FirstSteps({ databases }: { readonly databases: readonly DatabaseView[] }) {
  const own = databases.filter((database) => !database.sandbox);
  return (
    <div className="space-y-6">
      <section aria-label="How a transition runs" className="rounded-lg border bg-surface p-4">
        <TrackExample />
      </section>
      <div className="grid gap-6 lg:grid-cols-2">
        {own.length === 0 ? (
          <EmptyState
            title="Use your own database"
            actions={
              <Link href="/databases/new" className={buttonStyle({ variant: 'primary' })}>
                Add a database
              </Link>
            }
          >
            Any PostgreSQL from 14 to 18. Adding it changes nothing in it: Segue connects, looks, and says
            what is missing.
          </EmptyState>
        ) : (
          <EmptyState
            title="Plan the first transition"
            actions={
              <Link href="/transitions/new" className={buttonStyle({ variant: 'primary' })}>
                New transition
              </Link>
            }
          >
            {own.length === 1 ? `${own[0]?.name ?? ''} is ready.` : `${own.length} databases are ready.`} Say
            what should change; Segue shows each phase and every statement before anything runs.
          </EmptyState>
        )}
        <SandboxCard />
      </div>
    </div>
  );
}
