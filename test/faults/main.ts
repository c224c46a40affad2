// `npm run test:faults -- [--seed n] [--subject text,…] [--only text,…] [--skip text,…] [--stories n]`: every operation through
// every kind of fault, then random stories, long. Subjects, and kinds of fault to run or to leave out, are chosen by parts of
// their names; `--subject none` tells stories alone, `--shape text` those of some shapes. `--commits n`: in a move, cut at most so many COMMITs of what is no step and no batch.
import { parseArgs } from 'node:util';
import { Random } from '@/lib/core/random';
import { surviveDriverFaults } from '@/lib/postgres/driver-fault';
import { sweepAbandonedServers } from '@/lib/postgres/temporary-server';
import { FAIL_OVER, type FailOverServer, failOver, startFailOverServer } from './fail-over';
import {
  commitCut,
  crashAnywhere,
  crashAt,
  cutAnywhere,
  cutAt,
  everywhere,
  killAnywhere,
  killAt,
  leaseTaken,
  sometimes,
} from './faults';
import { type Fault, type Model, recordModel, suffer } from './journey';
import { harmedOutside } from './outside-faults';
import { checkProperty } from './property';
import { atBatch, halfOpen, lockQueue, lockTableFull, noConnections, slowNetwork } from './scarcity-faults';
import { diskFull, openSmallDisk } from './small-disk';
import type { Subject } from './subject';
import { SUBJECTS } from './subjects';
import { cutAndTurned, turnedBetweenSteps, turnedInTheMiddle } from './turn-faults';
import { openWorkerPool, type WorkerPool } from './worker-pool';
import { type FaultServer, openWorld, startFaultServer } from './world';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    only: { type: 'string' },
    subject: { type: 'string' },
    skip: { type: 'string' },
    stories: { type: 'string', default: '40' },
    shape: { type: 'string' },
    commits: { type: 'string', default: '120' },
  },
});
const commits = Number(values.commits);
const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000_000));
/** True where nothing was asked for, or one of the given parts is in the name. */
const isChosen = (name: string, parts: string | undefined, byDefault: boolean) =>
  parts === undefined ? byDefault : parts.split(',').some((part) => name.includes(part.trim()));
const say = (line: string) => process.stdout.write(`${line}\n`);

type Kind = (random: Random, pool: WorkerPool) => Fault;
const KINDS: readonly Kind[] = [
  () => cutAt(everywhere()),
  (random) => cutAnywhere(random, 20),
  (_, pool) => killAt(pool, everywhere()),
  (random, pool) => killAnywhere(pool, random, 4),
  () => crashAt(everywhere()),
  (random) => crashAnywhere(random, 5),
  () => commitCut('never_arrives', commits),
  () => commitCut('answer_lost', commits),
  () => commitCut('late', commits),
  () => leaseTaken(everywhere()),
  (random) => halfOpen(sometimes(random, 8, 1)),
  () => halfOpen(atBatch),
  () => slowNetwork(15),
  () => lockQueue(8, 3),
  (random) => lockTableFull(sometimes(random, 3, 3)),
  (random) => noConnections(sometimes(random, 3, 3)),
  () => harmedOutside('network cut', (world) => world.proxy.cut()),
  () => harmedOutside('database crashed', (world) => world.server.crash()),
  () => turnedBetweenSteps(),
  (random) => cutAndTurned(random, 5),
  () => turnedInTheMiddle(),
];

surviveDriverFaults();
await sweepAbandonedServers();
say(`seed ${seed}`);
let passed = 0;
/** Kinds that have nothing to strike in a transition. */
let idle = 0;
const failed: string[] = [];
function fail(label: string, error: unknown): void {
  failed.push(label);
  say(`FAIL  ${label}\n${error instanceof Error ? error.stack : String(error)}`);
}

/** The model of a subject; null, and a failure, where it does not agree with itself. */
async function undisturbed(server: FaultServer, subject: Subject): Promise<Model | null> {
  const world = await openWorld(server, subject);
  try {
    return await recordModel(world);
  } catch (error) {
    fail(`${subject.name}: undisturbed`, error);
    return null;
  } finally {
    await world.close();
  }
}

async function runCase(
  server: FaultServer,
  subject: Subject,
  model: Model,
  index: number,
  pool: WorkerPool,
  kind: Kind,
  tablespace?: string,
): Promise<void> {
  const random = new Random(seed + 7919 * index + subject.name.length);
  const fault = kind(random, pool);
  if (!isChosen(fault.name, values.only, true) || isChosen(fault.name, values.skip, false)) return;
  const label = `${subject.name}: ${fault.name}`;
  const began = performance.now();
  const world = await openWorld(server, subject, {}, tablespace);
  try {
    if (fault.concerns?.(world) === false) {
      idle += 1;
      say(`--    ${label}: not run, there is nothing for it in this transition`);
      return;
    }
    await suffer(world, model, () => fault);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    if (fault.strikes() === 0) throw new Error('it never struck');
    passed += 1;
    say(`ok    ${label} (${fault.strikes()} times, ${seconds} s)`);
  } catch (error) {
    fail(label, error);
  } finally {
    world.proxy.thaw();
    await world.close();
  }
}

/** On servers of their own, which the fault uses up. */
async function withFailOver(work: (pair: FailOverServer) => Promise<void>): Promise<void> {
  if (!isChosen(FAIL_OVER, values.only, true) || isChosen(FAIL_OVER, values.skip, false)) return;
  const pair = await startFailOverServer();
  try {
    await work(pair);
  } finally {
    await pair.discard();
  }
}

async function tellStories(server: FaultServer): Promise<void> {
  const runs = Number(values.stories);
  const label = `${runs} random stories`;
  if (runs === 0 || !isChosen(label, values.only, true)) return;
  if (values.subject !== undefined && values.subject !== 'none') return;
  const began = performance.now();
  try {
    await checkProperty(server, {
      seed,
      runs,
      acts: 30,
      ...(values.shape === undefined ? {} : { shape: values.shape }),
    });
    passed += 1;
    say(`ok    ${label} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
  } catch (error) {
    fail(label, error);
  }
}

const server = await startFaultServer({ max_connections: 40, max_locks_per_transaction: 10 });
const pool = openWorkerPool();
const disk = await openSmallDisk(server);
try {
  for (const subject of SUBJECTS) {
    if (!isChosen(subject.name, values.subject, true)) continue;
    const model = await undisturbed(server, subject);
    if (model === null) continue;
    for (const [index, kind] of KINDS.entries()) await runCase(server, subject, model, index, pool, kind);
    if (disk === null)
      say(`--    ${subject.name}: disk full: not run, this user may not mount a small file system`);
    else {
      const full: Kind = (random) => diskFull(disk, sometimes(random, 3, 4));
      await runCase(server, subject, model, KINDS.length, pool, full, disk.tablespace);
    }
    await withFailOver((pair) =>
      runCase(pair, subject, model, KINDS.length + 1, pool, (random) =>
        failOver(pair, sometimes(random, 2, 2)),
      ),
    );
  }
  await tellStories(server);
} finally {
  pool.close();
  await server.discard();
  disk?.close();
}
for (const label of failed) say(`failed: ${label}`);
say(`seed ${seed}: ${passed} passed, ${failed.length} failed, ${idle} with nothing to strike`);
// A choice that nothing answers to proves nothing.
process.exit(failed.length > 0 || passed === 0 ? 1 : 0);
