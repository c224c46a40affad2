import Link from 'next/link';
import { PageShell } from '@/components/layout/page-shell';
import { buttonStyle } from '@/components/ui/button';

export default function NotFound() {
  return (
    <PageShell
      crumbs={[{ label: 'Databases', href: '/databases' }, { label: 'Not found' }]}
      title="There is no such database"
      lead="It may have been removed from Segue."
    >
      <Link href="/databases" className={buttonStyle({ variant: 'secondary' })}>
        Go to databases
      </Link>
    </PageShell>
  );
}
