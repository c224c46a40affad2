import { holdsOperations } from '@/lib/core/migration-text';
import { MAX_DIFFERENCES, noProof, type ProofReport } from '@/lib/core/proof';
import { logger } from '@/lib/services/logger';
import type { ServiceContext } from '@/lib/services/service-context';
import { targetUrl } from '@/lib/services/target-pool';
import { withoutPassword } from '@/lib/store/hide-password';
import { findMigrationSource } from '@/lib/store/migration-sources';
import { beatProof, claimProof, nextToProve, releaseProof, settleProof } from '@/lib/store/proofs';
import { findTransitionOfRollout, type TransitionRecord } from '@/lib/store/transitions';
import { configuredServers } from './proof-server';
import { runProof } from './run-proof';

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
 * Proves the plan that is due next, if any: the transition came from a migration file in SQL, and has not moved. Works in a process of its
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
  if (holdsOperations(source.fileName, source.text)) return noProof('no_sql', null, 0);
  const { transition, database, rollout } = record;
  const limitMs = options.limitMs ?? limitOf();
  const url = targetUrl(context.key, database);
  const began = performance.now();
  const job = {
    target: { url, tls: database.tls },
    // A byte order mark is kept for the checksum only.
    raw: source.text.replace(/^\uFEFF/, ''),
    spec: transition.spec,
    plan: rollout.plan,
  };
  const run = await runProof(job, { limitMs, signal: options.signal });
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
      if (report.outcome !== 'equal' && (await hasBegun(context, record)))
        return noProof('begun', null, tookMs);
      return report.why === null
        ? report
        : { ...report, why: withoutUrls(report.why, [url, ...configuredServers()]) };
    }
  }
}

/** What was found of a schema in the middle of a move says nothing. */
async function hasBegun(context: ServiceContext, { rollout }: TransitionRecord): Promise<boolean> {
  const now = await findTransitionOfRollout(context.control, rollout.id);
  return now !== null && now.transition.state !== 'draft';
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
