import type { DatabaseReport } from '@/lib/engine/inspect-database';
import type { StoredDatabase } from '@/lib/store/databases';
import type { StoredReport } from '@/lib/store/tables/databases';
import type { DatabaseReportView, DatabaseView } from '@/lib/views/transition-view';

/** What is stored of a report. */
export function storedReport(report: DatabaseReport): StoredReport {
  const { serverVersion, serverVersionNum, sizeBytes, role, identity, readOnly, problems } = report;
  return {
    serverVersion,
    serverVersionNum,
    sizeBytes,
    role,
    identity,
    readOnly,
    problems: problems.map(({ severity, message, grant }) => ({ severity, message, grant })),
  };
}

/** A report as the screen shows it. `limited`: reachable, but something is missing for safe work. */
export function reportView(report: StoredReport | null, unreachable: string | null): DatabaseReportView {
  const state =
    unreachable !== null
      ? 'unreachable'
      : report === null
        ? 'unknown'
        : report.readOnly || report.problems.some((problem) => problem.severity === 'error')
          ? 'limited'
          : 'ok';
  return {
    state,
    serverVersion: report?.serverVersion ?? null,
    sizeBytes: report?.sizeBytes ?? null,
    role: report?.role ?? null,
    problems: report?.problems ?? [],
    error: unreachable,
  };
}

/** A database as the screen shows it: never its URL in clear. */
export function databaseView(row: StoredDatabase): DatabaseView {
  const { error, ...report } = reportView(row.report, row.unreachable);
  return {
    id: row.id,
    name: row.name,
    environment: row.environment,
    url: row.shownUrl,
    tls: row.tls,
    ...report,
    unreachable: error,
    checkedAt: row.checkedAt?.toISOString() ?? null,
    sandbox: row.sandbox,
  };
}
