import os from 'node:os';
import { SegueError } from '@/lib/core/errors';
import { noProof, type ProofObstacle, type ProofReport } from '@/lib/core/proof';
import type { SchemaSource } from '@/lib/core/schema-source';
import { readSchemaSource } from '@/lib/engine/prove/copy-schema';
import { provePlan } from '@/lib/engine/prove/prove-plan';
import { openTarget } from '@/lib/engine/target';
import type { ProofAnswer, ProofJob } from './proof-job';
import { type OpenProofServer, openProofServer } from './proof-server';

/** One proof, in a process of its own: planning, filling and moving keep a processor busy for seconds, and it can be ended at any moment. */
let server: OpenProofServer | null = null;
const began = performance.now();

class Obstacle extends Error {
  constructor(
    readonly obstacle: ProofObstacle,
    override readonly cause: unknown,
  ) {
    super(obstacle);
  }
}

async function naming<T>(obstacle: ProofObstacle, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new Obstacle(obstacle, error);
  }
}

async function readSchema({ target: options, schema }: ProofJob): Promise<SchemaSource> {
  if (schema !== null) return schema;
  const target = openTarget({ ...options, applicationName: 'segue proof' });
  try {
    return await readSchemaSource(target);
  } finally {
    await target.close();
  }
}

async function prove(job: ProofJob): Promise<ProofReport> {
  // First of all: a transition may begin to move at any moment.
  const schema = await naming('no_schema', () => readSchema(job));
  const major = Math.floor(schema.serverVersionNum / 10_000);
  server = await naming('no_server', () => openProofServer(major));
  const proof = await provePlan(server.scratch, {
    base: [],
    schema,
    raw: job.raw,
    spec: job.spec,
    expected: job.plan,
  });
  return { ...proof, server: server.server, tookMs: Math.round(performance.now() - began) };
}

async function answer(job: ProofJob): Promise<ProofAnswer> {
  try {
    return { report: await prove(job) };
  } catch (error) {
    const [obstacle, cause] =
      error instanceof Obstacle ? [error.obstacle, error.cause] : ['broken' as const, error];
    const why = cause instanceof SegueError ? cause.message : null;
    return {
      report: noProof(obstacle, why, Math.round(performance.now() - began)),
      fault: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause),
    };
  }
}

async function leave(): Promise<void> {
  try {
    await server?.close();
  } finally {
    process.exit(0);
  }
}

// Behind everything that somebody waits for; of its servers too.
const PRIORITY = 10;
if (os.getPriority() < PRIORITY) os.setPriority(PRIORITY);
process.once('SIGTERM', () => void leave());
// Its worker is gone: nobody waits any more.
process.once('disconnect', () => void leave());
process.once('message', (job: ProofJob) => {
  void answer(job).then(async (result) => {
    await server?.close();
    process.send?.(result, undefined, {}, () => process.exit(0));
  });
});
