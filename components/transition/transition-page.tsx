'use client';

import { Database } from 'lucide-react';
import Link from 'next/link';
import { parseAsInteger, parseAsStringLiteral, useQueryState } from 'nuqs';
import { useEffect } from 'react';
import { useTransitionLive } from '@/components/data/use-transition-live';
import { isTyping } from '@/components/layout/keyboard-help';
import { PageShell } from '@/components/layout/page-shell';
import { ProductionBanner } from '@/components/layout/production-banner';
import { OriginTab } from '@/components/migration/origin-tab';
import { operationsInWords } from '@/components/plan/operation-words';
import { Track } from '@/components/track/track';
import { Notice } from '@/components/ui/notice';
import { Tabs } from '@/components/ui/tabs';
import type { TransitionView } from '@/lib/views/transition-view';
import { ActionBar } from './action-bar';
import { CodeBadges } from './code-badges';
import { DriftNotice } from './drift-notice';
import { EnvironmentBadge } from './environment-badge';
import { FailurePanel } from './failure-panel';
import { HistoryList } from './history-list';
import { MoreMenu } from './more-menu';
import { OverviewTab } from './overview-tab';
import { PlanTab } from './plan-tab';
import { RecordLine } from './record-line';
import { StateSentenceView } from './state-sentence';
import { StatusBadge } from './status-badge';
import { useTransitionActs } from './use-transition-acts';

const TABS = ['overview', 'plan', 'file', 'history'] as const;

/** The transition: its state, the next act, the track, and below it the open phase with all that is live. */
export function TransitionPage({ transition }: { readonly transition: TransitionView }) {
  const { live, stale, refresh } = useTransitionLive(transition.id, transition.live);
  const acts = useTransitionActs(transition.id, live, refresh);
  const [tab, setTab] = useQueryState('tab', parseAsStringLiteral(TABS).withDefault('overview'));
  const [chosen, setChosen] = useQueryState('phase', parseAsInteger);
  const { plan, database } = transition;
  const { track } = live;
  const count = plan.phases.length;
  const here = track.movingPhase ?? Math.min(track.position + 1, count);
  const selected = chosen !== null && chosen >= 1 && chosen <= count ? chosen : here;

  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
      const number = Number(event.key);
      if (Number.isInteger(number) && number >= 1 && number <= count) setChosen(number);
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [count, setChosen]);

  const select = (phase: number): void => {
    setChosen(phase);
    if (tab === 'history') setTab('overview');
  };

  return (
    <>
      {database.environment === 'production' ? <ProductionBanner database={database.name} /> : null}
      <PageShell
        crumbs={[{ label: 'Transitions', href: '/' }, { label: transition.name }]}
        title={transition.name}
        lead={
          <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
            <StatusBadge status={live.status} draft={live.approval.state === 'missing'} />
            <EnvironmentBadge environment={database.environment} />
            <Link
              href={`/databases/${database.id}`}
              className="inline-flex items-center gap-1.5 rounded-sm text-sm hover:underline"
            >
              <Database aria-hidden size={14} /> {database.name}
            </Link>
            <span className="font-mono text-sm break-words">{operationsInWords(transition.operations)}</span>
          </div>
        }
        action={
          <MoreMenu
            id={transition.id}
            name={transition.name}
            databaseId={database.id}
            live={live}
            acts={acts}
          />
        }
      >
        <div className="mb-6 space-y-4">
          {live.databaseError === null ? null : (
            <Notice
              tone="failed"
              title={
                live.forgotten
                  ? `The database ${database.name} does not know this transition any more.`
                  : `The database ${database.name} cannot be reached.`
              }
              live
            >
              What is shown below is the last known state.
            </Notice>
          )}
          {stale ? (
            <Notice tone="waiting" title="Segue does not answer.">
              The state below may be old. The page tries again by itself.
            </Notice>
          ) : null}
          <FailurePanel live={live} />
          <DriftNotice approval={live.approval} restored={live.restored} />
          <StateSentenceView live={live} />
          <CodeBadges codeNow={live.codeNow} ended={live.status === 'done'} />
          <RecordLine record={plan.record} live={live} />
          <ActionBar transition={transition} live={live} acts={acts} />
        </div>
        <section aria-label="Track" className="mb-6 rounded-lg border bg-surface p-4">
          <Track track={track} selected={selected} onSelect={select} />
        </section>
        <Tabs
          label="Transition"
          value={tab}
          onValueChange={(value) => {
            setTab(TABS.find((name) => name === value) ?? 'overview');
          }}
          tabs={[
            {
              value: 'overview',
              label: 'Overview',
              content: (
                <OverviewTab
                  transition={transition}
                  live={live}
                  acts={acts}
                  selected={selected}
                  onSelect={select}
                />
              ),
            },
            { value: 'plan', label: 'Whole plan', content: <PlanTab transition={transition} live={live} /> },
            ...(transition.originName === null
              ? []
              : [
                  {
                    value: 'file',
                    label: 'Migration file',
                    content: <OriginTab transition={transition} selected={selected} onSelect={setChosen} />,
                  },
                ]),
            {
              value: 'history',
              label: `History (${live.history.length})`,
              content: <HistoryList history={live.history} />,
            },
          ]}
        />
      </PageShell>
    </>
  );
}
