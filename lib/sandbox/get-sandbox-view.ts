import type { ServiceContext } from '@/lib/services/service-context';
import { listPhaseMarks } from '@/lib/store/phase-marks';
import type { SandboxView, TrafficMark } from '@/lib/views/sandbox-view';
import { CUSTOMERS } from './demo-schema';
import { resumeSandbox } from './resume-sandbox';
import { processHost, type SandboxHost } from './sandbox-host';
import { readSandbox } from './sandbox-record';
import { CHART_S } from './traffic/traffic-record';

/** The sandbox as pages poll it: its state, and while it is there the traffic of the last minutes. */
export async function getSandboxView(
  context: ServiceContext,
  host: SandboxHost = processHost(),
): Promise<SandboxView> {
  const record = await readSandbox(context.control);
  if (record === null) return { state: 'none' };
  if (record.state === 'creating') return { state: 'creating', step: record.step, since: record.since };
  if (record.state === 'removing') return { state: 'removing' };
  if (record.state === 'failed' || record.databaseId === null) {
    return {
      state: 'failed',
      message: record.error?.message ?? 'The sandbox is incomplete.',
      next: record.error?.next ?? null,
    };
  }
  if (!host.traffic.isRunning()) await resumeSandbox(context, host);
  const now = new Date();
  const since = new Date(now.getTime() - CHART_S * 1000);
  const seen = host.traffic.record();
  const phases = await listPhaseMarks(context.control, record.databaseId, since);
  const marks: TrafficMark[] = [
    ...phases.map(
      ({ at, kind, direction }) =>
        ({ at: at.toISOString(), kind: 'phase', phase: kind, direction }) satisfies TrafficMark,
    ),
    ...seen.switches(since),
  ];
  return {
    state: 'ready',
    databaseId: record.databaseId,
    customers: CUSTOMERS,
    traffic: {
      versions: [seen.view('old', now), seen.view('new', now)],
      series: seen.series(now),
      marks: marks.sort((a, b) => a.at.localeCompare(b.at)),
      problem: host.traffic.problem(),
    },
  };
}
