import Link from 'next/link';
import { buttonStyle } from '@/components/ui/button';
import { PageShell } from './page-shell';

/** An address that leads nowhere: what is missing, why perhaps, and where to go. */
export function NotFoundPage(props: {
  readonly title: string;
  readonly lead: string;
  readonly to: { readonly label: string; readonly href: string };
}) {
  return (
    <PageShell crumbs={[props.to, { label: 'Not found' }]} title={props.title} lead={props.lead}>
      <Link href={props.to.href} className={buttonStyle({ variant: 'secondary' })}>
        Go to {props.to.label.toLowerCase()}
      </Link>
    </PageShell>
  );
}
