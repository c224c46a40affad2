import { statusOf } from '@/lib/core/rollout';
import { countRuns } from '@/lib/store/runs';
import { listTransitions } from '@/lib/store/transitions';
import { standingOf } from './read-rollout';
import type { ServiceContext } from './service-context';

/** A few figures in Prometheus's text format. Reads the control database only. */
export async function metricsText(context: ServiceContext): Promise<string> {
  const [records, runs] = await Promise.all([listTransitions(context.control), countRuns(context.control)]);
  const statuses = new Map<string, number>();
  const backfills: string[] = [];
  for (const record of records) {
    const { rollout, transition, database } = record;
    const status = statusOf({ ...standingOf(record, rollout.fact), plan: rollout.plan });
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    const share = rollout.progress?.backfill ?? null;
    if (share !== null && status !== 'done' && status !== 'abandoned') {
      const labels = `transition="${escapeLabel(transition.name)}",database="${escapeLabel(database.name)}"`;
      backfills.push(`segue_backfill_ratio{${labels}} ${share}`);
    }
  }
  return [
    '# HELP segue_transitions Transitions by status.',
    '# TYPE segue_transitions gauge',
    ...[...statuses].map(([status, count]) => `segue_transitions{status="${status}"} ${count}`),
    '# HELP segue_backfill_ratio Share of rows that a backfill has looked at, 0 to 1.',
    '# TYPE segue_backfill_ratio gauge',
    ...backfills,
    '# HELP segue_runs Runs by state.',
    '# TYPE segue_runs gauge',
    ...Object.entries(runs.byState).map(([state, count]) => `segue_runs{state="${state}"} ${count}`),
    '# HELP segue_runs_without_worker Runs that should move and that no live worker has.',
    '# TYPE segue_runs_without_worker gauge',
    `segue_runs_without_worker ${runs.orphaned}`,
    '',
  ].join('\n');
}

function escapeLabel(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
