import { Findings } from '@/components/plan/findings';
import { PhaseDetail } from '@/components/plan/phase-detail';
import { PlanFacts } from '@/components/plan/plan-facts';
import { SandboxTraffic } from '@/components/sandbox/sandbox-traffic';
import type { TransitionLive, TransitionView } from '@/lib/views/transition-view';
import { ApprovalPanel } from './approval-panel';
import { BackfillPanel } from './backfill-panel';
import { ChecksPanel } from './checks-panel';
import { CurrentStep } from './current-step';
import { DeployNow } from './deploy-now';
import { ObjectsPanel } from './objects-panel';
import { ProofPanel } from './proof-panel';
import { RecordedPanel } from './recorded-panel';
import { SettingsPanel } from './settings-panel';
import type { TransitionActs } from './use-transition-acts';
import { WaitsPanel } from './waits-panel';

/** The open phase on the left; on the right all that is live. On a phone the live part comes first. */
export function OverviewTab(props: {
  readonly transition: TransitionView;
  readonly live: TransitionLive;
  readonly acts: TransitionActs;
  readonly selected: number;
  readonly onSelect: (phase: number) => void;
}) {
  const { transition, live, acts } = props;
  const { plan } = transition;
  const phase = plan.phases[props.selected - 1];
  const standing = { ...live.track, currentStep: live.currentStep?.id ?? null };
  // Only the database knows what it has done, checked and put in place.
  const unknown = live.databaseError !== null;
  const started = live.track.position > 0 || live.track.movingPhase !== null;
  const pause = live.actions.find((candidate) => candidate.action === 'pause');
  const change = live.actions.find((candidate) => candidate.action === 'change_settings');
  return (
    <div className="space-y-4">
      {started ? null : (
        <>
          <PlanFacts plan={plan} settings={live.settings} />
          <Findings findings={plan.findings} />
        </>
      )}
      <SandboxTraffic databaseId={transition.database.id} />
      <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_360px] lg:items-start">
        <div className="order-2 min-w-0 space-y-4 lg:order-1">
          {phase === undefined ? null : (
            <PhaseDetail phase={phase} checks={live.checks} settings={live.settings} standing={standing} />
          )}
        </div>
        <div className="order-1 min-w-0 space-y-4 lg:order-2">
          <WaitsPanel live={live} acts={acts} />
          {live.currentStep === null ? null : (
            <CurrentStep
              step={live.currentStep}
              status={live.status}
              statement={live.statement}
              onStop={pause?.allowed === true && acts.pending === null ? () => acts.pause() : null}
            />
          )}
          <BackfillPanel
            backfills={live.backfills.filter(
              (backfill) =>
                !unknown && (backfill.state !== 'waiting' || live.track.movingPhase === backfill.phase),
            )}
            held={live.status === 'held'}
            settings={live.settings}
            allowed={change?.allowed === true}
            busy={acts.pending !== null}
            onChange={(settings) => acts.changeSettings(settings)}
          />
          <DeployNow plan={plan} live={live} selected={props.selected} onSelect={props.onSelect} />
          <ApprovalPanel approval={live.approval} />
          <ProofPanel proof={live.proof} busy={acts.pending !== null} onRunAgain={() => acts.proveAgain()} />
          {!unknown && (started || live.checks.length > 0) ? (
            <ChecksPanel checks={live.checks} phases={plan.phases} />
          ) : null}
          <RecordedPanel recorded={live.recorded} transition={transition.name} />
          <ObjectsPanel
            objects={unknown ? null : live.objects}
            canReturn={live.actions.some((action) => action.action === 'roll_back' && action.allowed)}
          />
          <SettingsPanel
            settings={live.settings}
            tables={plan.claims.map(({ schema, name }) => `${schema}.${name}`)}
            copies={live.backfills.length > 0}
            allowed={change?.allowed === true}
            busy={acts.pending === 'change_settings'}
            onSave={(settings) => acts.changeSettings(settings)}
          />
        </div>
      </div>
    </div>
  );
}
