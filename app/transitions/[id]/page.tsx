import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache, Suspense } from 'react';
import { TransitionPage } from '@/components/transition/transition-page';
import { currentActor } from '@/lib/actions/session';
import { SegueError } from '@/lib/core/errors';
import { getTransitionView } from '@/lib/services/get-transition-view';
import { serviceContext } from '@/lib/services/service-context';
import type { TransitionView } from '@/lib/views/transition-view';

interface Params {
  readonly params: Promise<{ id: string }>;
}

const load = cache(async (id: string): Promise<TransitionView> => {
  try {
    return await getTransitionView(await serviceContext(), id, await currentActor());
  } catch (error) {
    if (error instanceof SegueError && error.code === 'not_found') notFound();
    throw error;
  }
});

export async function generateMetadata({ params }: Params): Promise<Metadata> {
  const { id } = await params;
  return { title: (await load(id)).name };
}

export default async function Page({ params }: Params) {
  const { id } = await params;
  const transition = await load(id);
  return (
    <Suspense>
      <TransitionPage key={transition.plan.digest} transition={transition} />
    </Suspense>
  );
}
