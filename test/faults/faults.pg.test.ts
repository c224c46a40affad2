import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '@/lib/core/random';
import { commitCut, crashAt, cutAnywhere, killAt, leaseTaken, sometimes } from './faults';
import { type Fault, legsOf, recordModel, suffer } from './journey';
import { atBatch, halfOpen, lockTableFull, noConnections } from './scarcity-faults';
import { RENAME } from './subjects';
import { openWorkerPool, type WorkerPool } from './worker-pool';
import { type FaultServer, openWorld, startFaultServer, type World } from './world';

/** The short form of `npm run test:faults`: one operation there, back and to the end, a fault of another kind on each leg. */

const SEED = 20_261_122;

describe('faults on the way of a rename, held against a journey without', () => {
  let server: FaultServer;
  let pool: WorkerPool;
  const worlds: World[] = [];
  beforeAll(async () => {
    server = await startFaultServer({ max_connections: 40, max_locks_per_transaction: 10 });
    pool = openWorkerPool();
  });
  afterAll(async () => {
    pool.close();
    await Promise.all(worlds.map((world) => world.close()));
    await server.discard();
  });

  it(`seed ${SEED}: goes on by itself, nothing is done twice, and schema, rows and records are the same`, async () => {
    const open = async () => {
      const world = await openWorld(server, RENAME, { batchRows: 150 });
      worlds.push(world);
      return world;
    };
    const model = await recordModel(await open());
    const random = new Random(SEED);
    const faults: Fault[] = [
      cutAnywhere(random, 5),
      commitCut('answer_lost', 1, 12),
      commitCut('never_arrives', 1, 8),
      leaseTaken(sometimes(random, 3, 3)),
      killAt(pool, sometimes(random, 4, 1)),
      crashAt(sometimes(random, 5, 1)),
      commitCut('late', 0, 3),
      lockTableFull(sometimes(random, 3, 1)),
      noConnections(sometimes(random, 3, 1)),
      halfOpen(atBatch),
    ];
    const world = await open();
    // The legs with much work come first: Add, Sync, Switch, Retire. Of later ones each gets what is left.
    const order = legsOf(world).map((leg) => faults[leg.index % faults.length]);
    await suffer(world, model, (leg) => order[leg.index] ?? cutAnywhere(random, 5));
    const struck = faults.filter((fault) => fault.strikes() > 0);
    expect(struck.length).toBeGreaterThanOrEqual(faults.length - 2);
  });
});
