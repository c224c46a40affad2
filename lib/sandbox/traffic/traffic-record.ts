import type {
  CodeVersion,
  TrafficColumns,
  TrafficMark,
  TrafficSeries,
  TrafficView,
} from '@/lib/views/sandbox-view';
import { NAME_COLUMNS } from './shop-code';
import type { TrafficReport, TrafficSample } from './traffic-messages';

/** How far back the chart looks. */
export const CHART_S = 300;
/** A version that has not reported for this long sends nothing. */
const SILENT_MS = 3000;
const MOST_SWITCHES = 50;

interface VersionRecord {
  on: boolean;
  onSince: Date | null;
  requests: number;
  errors: number;
  lastError: { at: Date; message: string } | null;
  last: { at: Date; sample: TrafficSample } | null;
  readonly seconds: Map<number, { requests: number; errors: number; slowestMs: number | null }>;
}

/** What is remembered of the traffic: counts since each version was switched on, and the last minutes second by second. */
export interface TrafficRecord {
  /** Switching a version on starts its counts at zero. */
  setOn(version: CodeVersion, on: boolean, now: Date): void;
  take(report: TrafficReport, now: Date): void;
  view(version: CodeVersion, now: Date): TrafficView;
  series(now: Date): TrafficSeries;
  /** When versions were switched on and off since a time, oldest first. */
  switches(since: Date): TrafficMark[];
}

/** An empty record, both versions off. */
export function trafficRecord(): TrafficRecord {
  const versions = { old: emptyVersion(), new: emptyVersion() };
  const switched: { readonly at: Date; readonly version: CodeVersion; readonly on: boolean }[] = [];
  return {
    setOn(version, on, now) {
      const record = versions[version];
      if (record.on === on) return;
      switched.push({ at: now, version, on });
      if (switched.length > MOST_SWITCHES) switched.shift();
      const { seconds, last } = record;
      versions[version] = on
        ? { ...emptyVersion(), seconds, on: true, onSince: now }
        : { ...record, on: false, onSince: null, last };
    },
    take(report, now) {
      for (const sample of report.samples) {
        const record = versions[sample.version];
        if (!record.on) continue;
        record.requests += sample.requests;
        record.errors += sample.errors;
        if (sample.errors > 0 && sample.lastError !== null) {
          record.lastError = { at: now, message: sample.lastError };
        }
        record.last = { at: now, sample };
        remember(record.seconds, report.at, sample);
      }
    },
    view(version, now) {
      const record = versions[version];
      const fresh = record.last !== null && now.getTime() - record.last.at.getTime() < SILENT_MS;
      const sample = record.on && fresh ? (record.last?.sample ?? null) : null;
      return {
        version,
        column: NAME_COLUMNS[version],
        on: record.on,
        onSince: record.onSince?.toISOString() ?? null,
        requests: record.requests,
        errors: record.errors,
        lastError:
          record.lastError === null
            ? null
            : { at: record.lastError.at.toISOString(), message: record.lastError.message },
        requestsPerSecond: sample?.requestsPerSecond ?? 0,
        p99Ms: sample?.p99Ms ?? null,
      };
    },
    series(now) {
      const end = Math.floor(now.getTime() / 1000);
      const at = Array.from({ length: CHART_S }, (_, index) => end - CHART_S + index);
      return { at, old: columns(versions.old, at), new: columns(versions.new, at) };
    },
    switches(since) {
      return switched
        .filter(({ at }) => at > since)
        .map(({ at, version, on }) => ({ at: at.toISOString(), kind: 'switch', version, on }));
    },
  };
}

function emptyVersion(): VersionRecord {
  return {
    on: false,
    onSince: null,
    requests: 0,
    errors: 0,
    lastError: null,
    last: null,
    seconds: new Map(),
  };
}

function remember(seconds: VersionRecord['seconds'], at: number, sample: TrafficSample): void {
  const before = seconds.get(at);
  seconds.set(at, {
    requests: (before?.requests ?? 0) + sample.requests,
    errors: (before?.errors ?? 0) + sample.errors,
    slowestMs: Math.max(before?.slowestMs ?? 0, sample.slowestMs ?? 0) || null,
  });
  for (const second of seconds.keys()) {
    if (second >= at - CHART_S - 10) break;
    seconds.delete(second);
  }
}

function columns(record: VersionRecord, at: readonly number[]): TrafficColumns {
  const slots = at.map((second) => record.seconds.get(second));
  return {
    requests: slots.map((slot) => slot?.requests ?? null),
    errors: slots.map((slot) => slot?.errors ?? null),
    slowestMs: slots.map((slot) =>
      slot?.slowestMs === undefined || slot.slowestMs === null ? null : Math.round(slot.slowestMs * 10) / 10,
    ),
  };
}
