// A process of its own, so that its timing is honest whatever the test does: `fork`ed by traffic.ts, spoken to by messages.
import { z } from 'zod';
import { Random } from '@/lib/core/random';
import { answerCommands } from '../ask-process';
import { ActionMaker, sharedKeys } from './actions';
import { SharedLedger } from './ledger';
import { LiveVersions } from './live-versions';
import { type Findings, TrafficClient } from './traffic-client';
import {
  encode,
  type TrafficReport,
  type TrafficSpec,
  VERSION_NAMES,
  type VersionName,
  versionSpec,
} from './traffic-spec';

const commandSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('start'), spec: z.custom<TrafficSpec>((value) => typeof value === 'object') }),
  z.object({ type: z.literal('live'), versions: z.array(z.enum(VERSION_NAMES)) }),
  z.object({ type: z.literal('verify') }),
  z.object({ type: z.literal('report') }),
  z.object({ type: z.literal('stop') }),
]);
type Command = z.infer<typeof commandSchema>;

/** A row as the checker compares it: everything as text, as PostgreSQL prints it. */
function seen(row: Record<string, unknown>): { key: string; value: string | null; n: string } {
  const { key, value, n } = row;
  return {
    key: String(key),
    value: value === null || value === undefined ? null : String(value),
    n: String(n),
  };
}

class Traffic {
  private readonly live = new LiveVersions();
  private readonly ledger = new SharedLedger();
  private readonly findings: Findings = {
    operations: 0,
    byVersion: { old: 0, dual: 0, new: 0 },
    byKind: {},
    errors: [],
    wrong: [],
    reconnects: 0,
    latencies: [],
  };
  private readonly clients: TrafficClient[];
  private timer: NodeJS.Timeout | null = null;
  private readonly spec: TrafficSpec;

  constructor(spec: TrafficSpec) {
    this.spec = spec;
    this.clients = Array.from(
      { length: spec.clients },
      (_, index) =>
        new TrafficClient(
          spec,
          index,
          new Random(spec.seed * 1000 + index),
          this.live,
          this.ledger,
          this.findings,
        ),
    );
  }

  async start(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.connect()));
    await this.live.set(['old']);
    await this.seedShared();
    await Promise.all(this.clients.map((client) => client.seed(this.spec.rowsPerClient)));
    this.run();
  }

  private async seedShared(): Promise<void> {
    const [client] = this.clients;
    if (client === undefined) return;
    const maker = new ActionMaker(this.spec, 900, new Random(this.spec.seed), this.ledger);
    for (const key of sharedKeys(this.spec)) {
      const { row } = maker.seedRow('old');
      const knows = this.spec.versions.old.write.length > 0;
      const value =
        this.spec.pool !== undefined
          ? (this.spec.pool[0] ?? '')
          : this.spec.values === 'int'
            ? String(900_000_000 + Number(key.at(-1)?.slice(-4)))
            : `first-${key.join('-')}`;
      const sentAt = performance.now();
      await client.ask('old', client.statementsOf('old').insert({ ...row, key, value }, null));
      if (knows) this.ledger.wrote(key.join('/'), { value, sentAt, committedAt: performance.now() });
      else this.ledger.touched(key.join('/'));
    }
  }

  /** Arrivals at random, independent of how the clients get on. */
  private run(): void {
    const random = new Random(this.spec.seed + 7);
    let next = performance.now();
    const tick = () => {
      // The event is lost where the test was killed before this process listened.
      if (!process.connected) process.exit(0);
      for (const now = performance.now(); next <= now; ) {
        random.pick(this.clients)?.enqueue();
        next += (-Math.log(1 - random.next()) * 1000) / this.spec.operationsPerSecond;
      }
      this.timer = setTimeout(tick, 2);
    };
    tick();
  }

  private async pause(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    await Promise.all(this.clients.map((client) => client.settled()));
  }

  setLive(versions: readonly VersionName[]): Promise<void> {
    return this.live.set(versions);
  }

  /** With everything at rest: every row against what was committed, read by each version in service. */
  async verify(): Promise<TrafficReport> {
    await this.pause();
    await this.verifyOwn();
    await this.verifyShared();
    const report = this.report();
    this.run();
    return report;
  }

  private async verifyOwn(): Promise<void> {
    const [first] = this.clients;
    if (first === undefined) return;
    for (const version of this.live.all) {
      const rows = (await first.ask(version, first.statementsOf(version).readAll())).map(seen);
      const byKey = new Map(rows.map((row) => [row.key, row]));
      for (const client of this.clients) client.compare(version, byKey);
    }
  }

  private async verifyShared(): Promise<void> {
    const [client] = this.clients;
    if (client === undefined) return;
    for (const version of this.live.all) {
      const { read, write } = versionSpec(this.spec, version);
      const statements = client.statementsOf(version);
      for (const key of sharedKeys(this.spec)) {
        const rows = (await client.ask(version, statements.read(key))).map(seen);
        const label = key.join('/');
        const candidates = this.ledger.candidates(label).map((value) => encode(value, read?.codec ?? 'same'));
        const [row] = rows;
        if (row?.n !== String(this.ledger.writesOf(label)))
          this.findings.wrong.push({
            key: label,
            seenBy: version,
            expected: `n = ${this.ledger.writesOf(label)}`,
            found: `n = ${row?.n}`,
          });
        if (read !== null && candidates.length > 0 && !candidates.includes(row?.value ?? null))
          this.findings.wrong.push({
            key: label,
            seenBy: version,
            expected: candidates.join(' or '),
            found: row?.value ?? 'NULL',
          });
      }
      if (write.length === 0) continue;
      for (const value of this.ledger.values) {
        const rows = (await client.ask(version, statements.countByValue(value, 0))).map(seen);
        if (rows[0]?.n !== String(this.ledger.remaining(value)))
          this.findings.wrong.push({
            key: `shared value ${value}`,
            seenBy: version,
            expected: `n = ${this.ledger.remaining(value)}`,
            found: `n = ${rows[0]?.n}`,
          });
      }
    }
  }

  report(): TrafficReport {
    const sorted = [...this.findings.latencies].sort((a, b) => a - b);
    return {
      operations: this.findings.operations,
      byVersion: this.findings.byVersion,
      byKind: this.findings.byKind,
      errors: this.findings.errors.slice(0, 50),
      wrong: this.findings.wrong.slice(0, 50),
      reconnects: this.findings.reconnects,
      p99Ms: Math.round(sorted[Math.floor(sorted.length * 0.99)] ?? 0),
      longestMs: Math.round(sorted.at(-1) ?? 0),
    };
  }

  async stop(): Promise<TrafficReport> {
    await this.pause();
    const report = this.report();
    await Promise.all(this.clients.map((client) => client.end()));
    return report;
  }
}

let traffic: Traffic | null = null;

async function answer(command: Command): Promise<TrafficReport | null> {
  if (command.type === 'start') {
    traffic = new Traffic(command.spec);
    await traffic.start();
    return null;
  }
  if (traffic === null) throw new Error('the traffic has not been started');
  if (command.type === 'live') {
    await traffic.setLive(command.versions);
    return null;
  }
  if (command.type === 'verify') return traffic.verify();
  if (command.type === 'report') return traffic.report();
  return traffic.stop();
}

answerCommands(commandSchema, answer, ({ type }) => type === 'stop');
