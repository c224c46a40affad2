import type { Metadata } from 'next';
import { ActivityList } from '@/components/home/activity-list';
import { PageShell } from '@/components/layout/page-shell';
import { EmptyState } from '@/components/ui/empty-state';
import { listActivity } from '@/lib/services/list-activity';
import { serviceContext } from '@/lib/services/service-context';

export const metadata: Metadata = { title: 'Activity' };

export default async function Page() {
  const entries = await listActivity(await serviceContext(), { limit: 200 });
  return (
    <PageShell crumbs={[]} title="Activity" lead="Who did what, newest first.">
      {entries.length === 0 ? (
        <EmptyState title="Nothing has been done yet">
          Every act is written down here with its person and time: databases added, plans approved, phases
          started and rolled back.
        </EmptyState>
      ) : (
        <ActivityList entries={entries} />
      )}
    </PageShell>
  );
}
