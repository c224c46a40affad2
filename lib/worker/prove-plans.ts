import { holdsOperations } from '@/lib/core/migration-text';
import { MAX_DIFFERENCES, noProof, type ProofReport } from '@/lib/core/proof';
import type { SchemaSource } from '@/lib/core/schema-source';
import { dialectOf } from '@/lib/planner/from-pgroll/dialect-of';
import { pgrollEndSql } from '@/lib/planner/from-pgroll/end-sql';
import { readOperationsDocument } from '@/lib/services/file-reading';
import { logger } from '@/lib/services/logger';
import { runInProcess } from '@/lib/services/run-in-process';
import type { ServiceContext } from '@/lib/services/service-context';
import { targetUrl } from '@/lib/services/target-pool';
import { withoutPassword } from '@/lib/store/hide-password';
import { findMigrationSource, type MigrationSource } from '@/lib/store/migration-sources';
import { findPlanSchema } from '@/lib/store/plan-schemas';
import { beatProof, claimProof, nextToProve, releaseProof, settleProof } from '@/lib/store/proofs';
import { findTransitionOfRollout, type TransitionRecord } from '@/lib/store/transitions';
import type { ProofAnswer, ProofJob } from './proof-job';
import { configuredServers } from './proof-server';

const BEAT_MS = 2000;
/** What a proof may take unless SEGUE_PROVE_SECONDS says otherwise. */
const LIMIT_SECONDS = 300;

function limitOf(value = process.env.SEGUE_PROVE_SECONDS): number {
  const seconds = Number(value ?? '');
  return 1000 * (seconds > 0 ? seconds : LIMIT_SECONDS);
}

export interface ProveOptions {
  readonly worker: string;
  readonly signal: AbortSignal;
  /** @default SEGUE_PROVE_SECONDS, or five minutes */
  readonly limitMs?: number;
}

/**
 * Proves the plan that is due next, if any: the transition came from a migration file, of SQL or pgroll's, and has not moved, or its
 * schema was kept at the approval. Works in a process of its
 * own. What comes out is kept beside the plan's digest; nothing else rests on it. Returns whether there was one.
 */
export async function proveNextPlan(context: ServiceContext, options: ProveOptions): Promise<boolean> {
  const due = await nextToProve(context.control);
  if (due === null || !(await claimProof(context.control, { ...due, worker: options.worker }))) return false;
  const { rolloutId } = due;
  const stop = new AbortController();
  const heart = setInterval(() => {
    beatProof(context.control, rolloutId, options.worker).then(
      (mine) => {
        if (!mine) stop.abort();
      },
      (error: unknown) =>
        logger.warn({ err: error, rollout: rolloutId }, 'a proof’s heartbeat was not recorded'),
    );
  }, BEAT_MS);
  try {
    const report = await proofOf(context, rolloutId, {
      ...options,
      signal: AbortSignal.any([options.signal, stop.signal]),
    });
    if (report === null) await releaseProof(context.control, rolloutId, options.worker);
    else await settleProof(context.control, rolloutId, options.worker, shortened(report));
    return true;
  } finally {
    clearInterval(heart);
  }
}

/** What came out; null: it was called off. */
async function proofOf(
  context: ServiceContext,
  rolloutId: string,
  options: ProveOptions,
): Promise<ProofReport | null> {
  const record = await findTransitionOfRollout(context.control, rolloutId);
  if (record === null) return null;
  const source = await findMigrationSource(context.control, record.transition.id);
  if (source === null) return null;
  const raw = rawOf(source);
  if (raw === null) return noProof('no_sql', null, 0);
  const { transition, database, rollout } = record;
  const limitMs = options.limitMs ?? limitOf();
  const url = targetUrl(context.key, database);
  const began = performance.now();
  const before = await schemaBefore(context, record);
  if (before === 'gone') return noProof('begun', null, 0);
  const job: ProofJob = {
    target: { url, tls: database.tls },
    schema: before,
    raw: raw.sql,
    spec: transition.spec,
    plan: rollout.plan,
  };
  const run = await runInProcess<ProofAnswer>('lib/worker/proof-process.ts', job, {
    limitMs,
    signal: options.signal,
  });
  const tookMs = Math.round(performance.now() - began);
  switch (run.kind) {
    case 'stopped':
      return null;
    case 'time':
      return noProof('time', `it was ended after ${Math.round(limitMs / 1000)} s`, tookMs);
    case 'died':
      logger.warn({ transition: transition.id, code: run.code }, 'a proof ended without an answer');
      return noProof('broken', 'its process ended without an answer', tookMs);
    case 'answered': {
      const { report, fault } = run.answer;
      if (fault !== undefined)
        logger.warn(
          { transition: transition.id, fault: withoutUrls(fault, [url, ...configuredServers()]) },
          'a plan was not proved',
        );
      if (before === null && report.outcome !== 'equal') {
        // What was found of a schema in the middle of a move says nothing: it is proved once more, from what was kept.
        const now = await schemaBefore(context, record);
        if (now !== null) return now === 'gone' ? noProof('begun', null, tookMs) : null;
      }
      return {
        ...report,
        fromApproval: before !== null,
        asPgroll: raw.asPgroll,
        why: report.why === null ? null : withoutUrls(report.why, [url, ...configuredServers()]),
      };
    }
  }
}

/** What the file does without Segue, as SQL; null: it is a list of Segue's own operations. */
function rawOf({
  fileName,
  text,
  answers,
}: MigrationSource): { readonly sql: string; readonly asPgroll: boolean } | null {
  // A byte order mark is kept for the checksum only.
  if (!holdsOperations(fileName, text)) return { sql: text.replace(/^\uFEFF/, ''), asPgroll: false };
  const { file } = readOperationsDocument(text);
  return dialectOf(file) === 'pgroll' ? { sql: pgrollEndSql(file, answers), asPgroll: true } : null;
}

/** The schema before the first phase: null where the database still has it, `gone` where it has not and none was kept. */
async function schemaBefore(
  context: ServiceContext,
  { rollout }: TransitionRecord,
): Promise<SchemaSource | 'gone' | null> {
  const now = await findTransitionOfRollout(context.control, rollout.id);
  if (now === null || now.transition.state === 'draft') return null;
  const kept = await findPlanSchema(context.control, {
    rolloutId: rollout.id,
    planDigest: rollout.planDigest,
  });
  return kept ?? 'gone';
}

const withoutUrls = (text: string, urls: readonly string[]): string =>
  urls.reduce((rest, url) => withoutPassword(rest, url), text);

/** Differences beyond what anybody reads are counted only. */
function shortened(report: ProofReport): ProofReport {
  const { differences } = report;
  if (differences.length <= MAX_DIFFERENCES) return report;
  const rest = differences.length - MAX_DIFFERENCES;
  return { ...report, differences: [...differences.slice(0, MAX_DIFFERENCES), `and ${rest} more`] };
}
