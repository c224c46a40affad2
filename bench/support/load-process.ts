// A process of its own, so that its timing is honest whatever the benchmark does: started and spoken to by load.ts.
import { constants, getPriority, setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { z } from 'zod';
import { Random } from '@/lib/core/random';
import { answerCommands } from '@/test/ask-process';
import type { LoadReport, LoadSpec, LoadVersion } from './load-spec';
import { spread } from './percentile';

const commandSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('start'), spec: z.custom<LoadSpec>((value) => typeof value === 'object') }),
  z.object({
    type: z.literal('versions'),
    versions: z.array(z.custom<LoadVersion>((value) => typeof value === 'object')),
  }),
  z.object({ type: z.literal('capacity'), seconds: z.number() }),
  z.object({ type: z.literal('rate'), perSecond: z.number() }),
  z.object({ type: z.literal('begin') }),
  z.object({ type: z.literal('end') }),
  z.object({ type: z.literal('stop') }),
]);
type Command = z.infer<typeof commandSchema>;

interface Due {
  readonly samples: Samples;
  readonly at: number;
  readonly version: LoadVersion;
  readonly writes: boolean;
}

interface Samples {
  readonly began: number;
  due: number;
  readonly reads: number[];
  readonly writes: number[];
  readonly lateness: number[];
  readonly errors: string[];
}

const fresh = (): Samples => ({
  began: performance.now(),
  due: 0,
  reads: [],
  writes: [],
  lateness: [],
  errors: [],
});

/** An application with a pool of connections. Operations fall due whether or not earlier ones are done. */
class Load {
  private readonly random = new Random(1);
  private readonly free: pg.Client[] = [];
  private readonly all: pg.Client[] = [];
  private readonly due: Due[] = [];
  private versions: readonly LoadVersion[] = [];
  private samples = fresh();
  /** Operations that are due or under way, by version. */
  private readonly open = new Map<string, number>();
  private timer: NodeJS.Timeout | null = null;
  private readonly spec: LoadSpec;

  constructor(spec: LoadSpec) {
    this.spec = spec;
  }

  async connect(): Promise<void> {
    for (let n = 0; n < this.spec.connections; n += 1) {
      const client = new pg.Client({ connectionString: this.spec.url, application_name: 'load' });
      client.on('error', (error) => this.samples.errors.push(`connection: ${error.message}`));
      await client.connect();
      this.free.push(client);
      this.all.push(client);
    }
  }

  /** Resolves when no operation of a version that went is due or under way. */
  async setVersions(versions: readonly LoadVersion[]): Promise<void> {
    const gone = this.versions.filter((old) => !versions.some(({ name }) => name === old.name));
    this.versions = versions;
    while (gone.some(({ name }) => (this.open.get(name) ?? 0) > 0)) await sleep(1);
  }

  private fallDue(at: number): void {
    const version = this.random.pick(this.versions);
    if (version === undefined) return;
    this.samples.due += 1;
    this.count(version, 1);
    const writes = this.random.next() * 100 < this.spec.writePercent;
    this.due.push({ samples: this.samples, at, version, writes });
    this.serve();
  }

  private count({ name }: LoadVersion, more: number): void {
    this.open.set(name, (this.open.get(name) ?? 0) + more);
  }

  private serve(): void {
    while (this.due.length > 0) {
      const client = this.free.pop();
      if (client === undefined) return;
      const due = this.due.shift();
      if (due === undefined) return;
      void this.operate(client, due).then(() => {
        this.count(due.version, -1);
        this.free.push(client);
        this.serve();
      });
    }
  }

  private async operate(client: pg.Client, { samples, at, version, writes }: Due): Promise<void> {
    samples.lateness.push(performance.now() - at);
    const key = 1 + this.random.below(this.spec.rows);
    try {
      await client.query({
        name: `${version.name} ${writes ? 'write' : 'read'}`,
        text: writes ? version.write : version.read,
        values: writes ? [key, String(this.random.below(1_000_000))] : [key],
      });
      (writes ? samples.writes : samples.reads).push(performance.now() - at);
    } catch (error) {
      samples.errors.push(`${version.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** Arrivals at random moments, so many a second on average; 0: none. */
  setRate(perSecond: number): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (perSecond === 0) return;
    const gap = () => (-Math.log(1 - this.random.next()) * 1000) / perSecond;
    let next = performance.now() + gap();
    const tick = () => {
      // The event is lost where the benchmark was killed before this process listened.
      if (!process.connected) process.exit(0);
      for (const now = performance.now(); next <= now; next += gap()) this.fallDue(next);
      this.timer = setTimeout(tick, 1);
    };
    tick();
  }

  /** Operations a second when every connection sends the next one as soon as the last is answered. */
  async capacity(seconds: number): Promise<number> {
    const until = performance.now() + seconds * 1000;
    const samples = fresh();
    let done = 0;
    const began = performance.now();
    await Promise.all(
      this.all.map(async (client) => {
        for (let now = performance.now(); now < until; now = performance.now()) {
          const version = this.random.pick(this.versions);
          if (version === undefined) return;
          const writes = this.random.next() * 100 < this.spec.writePercent;
          await this.operate(client, { samples, at: now, version, writes });
          done += 1;
        }
      }),
    );
    return (done * 1000) / (performance.now() - began);
  }

  begin(): void {
    this.samples = fresh();
  }

  /** What fell due since `begin`, once it is answered. */
  async end(): Promise<LoadReport> {
    const { samples } = this;
    const seconds = (performance.now() - samples.began) / 1000;
    this.samples = fresh();
    while (answered(samples) < samples.due) await sleep(1);
    return {
      seconds: Number(seconds.toFixed(1)),
      perSecond: Math.round(answered(samples) / seconds),
      priority: getPriority(),
      all: spread([...samples.reads, ...samples.writes]),
      reads: spread(samples.reads),
      writes: spread(samples.writes),
      lateness: spread(samples.lateness),
      errors: samples.errors.length,
      firstErrors: samples.errors.slice(0, 3),
    };
  }

  async stop(): Promise<void> {
    this.setRate(0);
    while ([...this.open.values()].some((count) => count > 0)) await sleep(1);
    await Promise.all(this.all.map((client) => client.end()));
  }
}

const answered = ({ reads, writes, errors }: Samples) => reads.length + writes.length + errors.length;

/**
 * An application has machines of its own; here it shares the cores with the database and with Segue's worker. It goes first where the
 * system permits it (root): what is measured is then how late the database is, not how late the load is.
 */
function goFirst(): void {
  try {
    setPriority(constants.priority.PRIORITY_HIGH);
  } catch (error) {
    process.stderr.write(`the load runs at the usual priority: ${String(error)}\n`);
  }
}

let load: Load | null = null;

async function answer(command: Command): Promise<unknown> {
  if (command.type === 'start') {
    goFirst();
    load = new Load(command.spec);
    return load.connect();
  }
  if (load === null) throw new Error('the load has not been started');
  if (command.type === 'versions') return load.setVersions(command.versions);
  if (command.type === 'capacity') return load.capacity(command.seconds);
  if (command.type === 'rate') return load.setRate(command.perSecond);
  if (command.type === 'begin') return load.begin();
  if (command.type === 'end') return load.end();
  return load.stop();
}

answerCommands(commandSchema, answer, ({ type }) => type === 'stop');
