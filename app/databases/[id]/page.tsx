import { Plus } from 'lucide-react';
import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { DatabaseActs } from '@/components/database/database-acts';
import { DatabaseReport } from '@/components/database/database-report';
import { DatabaseState } from '@/components/database/database-state';
import { DatabaseTransitions } from '@/components/database/database-transitions';
import { TableList } from '@/components/database/table-list';
import { WhatSegueLeft } from '@/components/database/what-segue-left';
import { PageShell } from '@/components/layout/page-shell';
import { ProductionBanner } from '@/components/layout/production-banner';
import { SandboxTraffic } from '@/components/sandbox/sandbox-traffic';
import { EnvironmentBadge } from '@/components/transition/environment-badge';
import { buttonStyle } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { Notice } from '@/components/ui/notice';
import { RelativeTime } from '@/components/ui/relative-time';
import { currentActor } from '@/lib/actions/session';
import { SegueError } from '@/lib/core/errors';
import { examineDatabase } from '@/lib/services/examine-database';
import { listDatabases } from '@/lib/services/list-databases';
import { listTransitions } from '@/lib/services/list-transitions';
import { serviceContext } from '@/lib/services/service-context';
import type { ExaminationView } from '@/lib/views/examination-view';
import type { DatabaseView } from '@/lib/views/transition-view';

interface Params {
  readonly params: Promise<{ id: string }>;
}

const load = cache(async (id: string): Promise<DatabaseView> => {
  const databases = await listDatabases(await serviceContext());
  return databases.find((database) => database.id === id) ?? notFound();
});

/** null: it cannot be reached, which the page says above. */
async function examine(id: string): Promise<ExaminationView | null> {
  try {
    return await examineDatabase(await serviceContext(), await currentActor(), { id });
  } catch (error) {
    if (error instanceof SegueError) return null;
    throw error;
  }
}

export async function generateMetadata({ params }: Params): Promise<Metadata> {
  const { id } = await params;
  return { title: (await load(id)).name };
}

export default async function Page({ params }: Params) {
  const { id } = await params;
  const database = await load(id);
  const services = await serviceContext();
  const transitions = (await listTransitions(services)).filter((item) => item.database.id === id);
  const examination = await examine(id);
  return (
    <>
      {database.environment === 'production' ? <ProductionBanner database={database.name} /> : null}
      <PageShell
        crumbs={[{ label: 'Databases', href: '/databases' }, { label: database.name }]}
        title={database.name}
        lead={
          <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
            <DatabaseState state={database.state} />
            <EnvironmentBadge environment={database.environment} />
            <code className="text-sm break-all">{database.url}</code>
          </div>
        }
        action={
          <Link href={`/transitions/new?database=${id}`} className={buttonStyle({ variant: 'primary' })}>
            <Plus aria-hidden size={15} /> New transition
          </Link>
        }
      >
        <div className="space-y-6">
          {database.unreachable === null ? null : (
            <Notice tone="failed" title={`${database.name} cannot be reached.`}>
              {database.unreachable}
            </Notice>
          )}
          <Card
            id="connection"
            title="Connection"
            aside={
              database.checkedAt === null ? null : (
                <span className="text-sm text-ink-3">
                  Tested <RelativeTime at={database.checkedAt} />
                </span>
              )
            }
          >
            <div className="space-y-4">
              {database.unreachable === null ? <DatabaseReport report={database} /> : null}
              <DatabaseActs database={database} />
            </div>
          </Card>
          <SandboxTraffic databaseId={id} />
          <DatabaseTransitions transitions={transitions} />
          {examination === null ? null : <WhatSegueLeft examination={examination} />}
          <section aria-labelledby="tables-title">
            <h2 id="tables-title" className="mb-2 font-semibold">
              Tables
            </h2>
            <TableList databaseId={id} />
          </section>
        </div>
      </PageShell>
    </>
  );
}
