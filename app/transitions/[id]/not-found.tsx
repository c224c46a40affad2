import Link from 'next/link';
import { PageShell } from '@/components/layout/page-shell';
import { buttonStyle } from '@/components/ui/button';

export default function NotFound() {
  return (
    <PageShell
      crumbs={[{ label: 'Transitions', href: '/' }, { label: 'Not found' }]}
      title="There is no such transition"
      lead="It may have been removed with its database."
    >
      <Link href="/" className={buttonStyle({ variant: 'secondary' })}>
        Go to transitions
      </Link>
    </PageShell>
  );
}
