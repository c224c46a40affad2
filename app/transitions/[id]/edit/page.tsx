import type { Metadata } from 'next';
import { notFound, redirect } from 'next/navigation';
import { DraftPage } from '@/components/draft/draft-page';
import { currentActor } from '@/lib/actions/session';
import { SegueError } from '@/lib/core/errors';
import { getTransitionOrigin } from '@/lib/services/get-transition-origin';
import { getTransitionView } from '@/lib/services/get-transition-view';
import { listDatabases } from '@/lib/services/list-databases';
import { serviceContext } from '@/lib/services/service-context';

export const metadata: Metadata = { title: 'Edit draft' };

export default async function Page({ params }: { readonly params: Promise<{ id: string }> }) {
  const { id } = await params;
  const services = await serviceContext();
  const [databases, transition] = await Promise.all([
    listDatabases(services),
    getTransitionView(services, id, await currentActor()).catch((error: unknown) => {
      if (error instanceof SegueError && error.code === 'not_found') notFound();
      throw error;
    }),
  ]);
  const { live, plan, operations, name, record } = transition;
  const spec = { name, dualWrite: plan.dualWrite, operations, ...(record === null ? {} : { record }) };
  if (!live.actions.some((candidate) => candidate.action === 'edit' && candidate.allowed)) {
    redirect(`/transitions/${id}`);
  }
  const origin = transition.originName === null ? null : await getTransitionOrigin(services, id);
  return (
    <DraftPage
      databases={databases.map(({ id: databaseId, name: label, environment }) => ({
        id: databaseId,
        name: label,
        environment,
      }))}
      databaseId={transition.database.id}
      editing={{
        id,
        version: live.version,
        spec,
        migration:
          origin === null
            ? null
            : { fileName: origin.fileName, text: origin.text, answers: origin.answers, record },
      }}
    />
  );
}
