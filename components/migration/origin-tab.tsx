'use client';

import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { fetchJson } from '@/components/data/fetch-json';
import { PhaseDetail } from '@/components/plan/phase-detail';
import { Notice } from '@/components/ui/notice';
import { Skeleton } from '@/components/ui/skeleton';
import { DEFAULT_SETTINGS } from '@/lib/core/rollout';
import type { OriginView } from '@/lib/views/migration-view';
import type { TransitionView } from '@/lib/views/transition-view';
import { MigrationSheet } from './migration-sheet';
import { splitLines } from './source-text';

/** The migration file that a transition came from beside its plan, statement by statement, as it was read when it was saved. */
export function OriginTab(props: {
  readonly transition: TransitionView;
  readonly selected: number;
  readonly onSelect: (phase: number) => void;
}) {
  const { transition } = props;
  const { data: origin, error } = useQuery({
    queryKey: ['origin', transition.id, transition.plan.digest],
    queryFn: () => fetchJson<OriginView>(`/api/v1/transitions/${transition.id}/origin`),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const lines = useMemo(() => splitLines(origin?.text ?? ''), [origin]);
  if (error !== null && origin === undefined)
    return (
      <Notice tone="failed" title="The migration file could not be read.">
        {error.message}
      </Notice>
    );
  if (origin === undefined) return <Skeleton className="h-64" />;
  const phase = transition.plan.phases[props.selected - 1];
  return (
    <div className="space-y-4">
      <MigrationSheet
        fileName={origin.fileName}
        lines={lines}
        view={origin}
        plan={transition.plan}
        selected={props.selected}
        onSelect={props.onSelect}
        aside={
          <div>
            <h2 className="text-lg font-semibold">Phases</h2>
            <p className="text-sm text-ink-2">
              The notes say what the raw file would have done. Nothing of it is run as it stands.
            </p>
          </div>
        }
      />
      {phase === undefined ? null : (
        <PhaseDetail phase={phase} checks={[]} settings={DEFAULT_SETTINGS} standing={null} />
      )}
    </div>
  );
}
