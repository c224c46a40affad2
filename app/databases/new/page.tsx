import type { Metadata } from 'next';
import { AddDatabaseForm } from '@/components/database/add-database-form';
import { PageShell } from '@/components/layout/page-shell';

export const metadata: Metadata = { title: 'Add database' };

export default function Page() {
  return (
    <PageShell
      crumbs={[{ label: 'Databases', href: '/databases' }, { label: 'Add' }]}
      title="Add database"
      lead="Segue connects, looks at version, size and rights, and says what is missing. It changes nothing."
    >
      <AddDatabaseForm />
    </PageShell>
  );
}
