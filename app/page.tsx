import { Plus } from 'lucide-react';
import Link from 'next/link';
import { Suspense } from 'react';
import { Explanation } from '@/components/home/explanation';
import { FirstSteps } from '@/components/home/first-steps';
import { TransitionList } from '@/components/home/transition-list';
import { PageShell } from '@/components/layout/page-shell';
import { buttonStyle } from '@/components/ui/button';
import { listDatabases } from '@/lib/services/list-databases';
import { listTransitions } from '@/lib/services/list-transitions';
import { serviceContext } from '@/lib/services/service-context';

export default async function HomePage() {
  const services = await serviceContext();
  const [transitions, databases] = await Promise.all([listTransitions(services), listDatabases(services)]);
  return (
    <PageShell
      crumbs={[]}
      title="Transitions"
      lead={<Explanation />}
      action={
        databases.length > 0 ? (
          <Link href="/transitions/new" className={buttonStyle({ variant: 'primary' })}>
            <Plus aria-hidden size={15} /> New transition
          </Link>
        ) : null
      }
    >
      {transitions.length === 0 ? (
        <FirstSteps databases={databases} />
      ) : (
        <Suspense>
          <TransitionList
            initial={transitions}
            databases={databases.map(({ id, name, environment }) => ({ id, name, environment }))}
          />
        </Suspense>
      )}
    </PageShell>
  );
}
