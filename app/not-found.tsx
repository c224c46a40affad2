import Link from 'next/link';
import { PageShell } from '@/components/layout/page-shell';
import { buttonStyle } from '@/components/ui/button';

export default function NotFound() {
  return (
    <PageShell
      crumbs={[{ label: 'Transitions', href: '/' }, { label: 'Not found' }]}
      title="There is no such page"
      lead="The address may be mistyped."
    >
      <Link href="/" className={buttonStyle({ variant: 'secondary' })}>
        Go to transitions
      </Link>
    </PageShell>
  );
}
