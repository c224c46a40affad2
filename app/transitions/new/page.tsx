import type { Metadata } from 'next';
import Link from 'next/link';
import { DraftPage } from '@/components/draft/draft-page';
import { PageShell } from '@/components/layout/page-shell';
import { buttonStyle } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import type { TransitionSpec } from '@/lib/core/operation';
import { listDatabases } from '@/lib/services/list-databases';
import { serviceContext } from '@/lib/services/service-context';

export const metadata: Metadata = { title: 'New transition' };

export default async function Page(props: {
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const query = await props.searchParams;
  const databases = (await listDatabases(await serviceContext())).map(({ id, name, environment }) => ({
    id,
    name,
    environment,
  }));
  if (databases.length === 0) {
    return (
      <PageShell crumbs={[{ label: 'Transitions', href: '/' }, { label: 'New' }]} title="New transition">
        <EmptyState
          title="A transition needs a database"
          actions={
            <Link href="/databases/new" className={buttonStyle({ variant: 'primary' })}>
              Add a database
            </Link>
          }
        >
          Add the database that you want to change first.
        </EmptyState>
      </PageShell>
    );
  }
  const only = databases.length === 1 ? databases[0] : undefined;
  const chosen = databases.find(({ id }) => id === query.database) ?? only;
  return (
    <DraftPage
      databases={databases}
      databaseId={chosen?.id ?? null}
      editing={null}
      suggested={suggestedRename(query)}
      fromFile={query.from === 'file'}
    />
  );
}

/** A link may fill in a rename: `?database=…&table=customers&column=name&to=full_name`. */
function suggestedRename(query: Record<string, string | string[] | undefined>): TransitionSpec | null {
  const { table, column, to } = query;
  if (typeof table !== 'string' || typeof column !== 'string' || typeof to !== 'string') return null;
  const [first = '', second] = table.split('.');
  const relation = second === undefined ? { schema: 'public', name: first } : { schema: first, name: second };
  return {
    name: '',
    dualWrite: 'managed',
    operations: [{ kind: 'rename_column', table: relation, from: column, to }],
  };
}
