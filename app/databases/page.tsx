import { Plus } from 'lucide-react';
import type { Metadata } from 'next';
import Link from 'next/link';
import { DatabaseList } from '@/components/database/database-list';
import { PageShell } from '@/components/layout/page-shell';
import { SandboxCard } from '@/components/sandbox/sandbox-card';
import { buttonStyle } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { listDatabases } from '@/lib/services/list-databases';
import { serviceContext } from '@/lib/services/service-context';

export const metadata: Metadata = { title: 'Databases' };

export default async function Page() {
  const databases = await listDatabases(await serviceContext());
  return (
    <PageShell
      crumbs={[]}
      title="Databases"
      lead="The PostgreSQL databases that Segue may change, each with its environment."
      action={
        <Link href="/databases/new" className={buttonStyle({ variant: 'primary' })}>
          <Plus aria-hidden size={15} /> Add database
        </Link>
      }
    >
      {databases.length === 0 ? (
        <div className="grid gap-6 lg:grid-cols-2">
          <EmptyState
            title="No database yet"
            actions={
              <Link href="/databases/new" className={buttonStyle({ variant: 'secondary' })}>
                Add your own
              </Link>
            }
          >
            Any PostgreSQL from 14 to 18. Adding it changes nothing in it.
          </EmptyState>
          <SandboxCard />
        </div>
      ) : (
        <div className="space-y-6">
          <DatabaseList databases={databases} />
          <SandboxCard />
        </div>
      )}
    </PageShell>
  );
}
