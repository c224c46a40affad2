import pg from 'pg';
import type { Random } from '@/lib/core/random';
import { type Action, ActionMaker, type Result } from './actions';
import { compareOwn, type OwnRow, type SharedLedger } from './ledger';
import type { LiveVersions } from './live-versions';
import { type Statement, VersionStatements } from './statements';
import {
  type ClientError,
  type TrafficSpec,
  VERSION_NAMES,
  type VersionName,
  versionSpec,
  type WrongRow,
} from './traffic-spec';

/** What all clients write their findings into. */
export interface Findings {
  operations: number;
  readonly byVersion: Record<VersionName, number>;
  readonly byKind: Record<string, number>;
  readonly errors: ClientError[];
  readonly wrong: WrongRow[];
  reconnects: number;
  readonly latencies: number[];
}

interface Version {
  readonly connection: pg.Client;
  readonly statements: VersionStatements;
}

/**
 * One client of the application: a connection for each version, and rows of its own. Operations fall
 * due whether or not earlier ones are done (an open loop), and nothing is ever tried twice.
 */
export class TrafficClient {
  private readonly versions: Map<VersionName, Version>;
  private readonly maker: ActionMaker;
  private readonly due: number[] = [];
  private working: Promise<void> | null = null;
  private readonly spec: TrafficSpec;
  private readonly client: number;
  private readonly random: Random;
  private readonly live: LiveVersions;
  private readonly findings: Findings;

  constructor(
    spec: TrafficSpec,
    client: number,
    random: Random,
    live: LiveVersions,
    ledger: SharedLedger,
    findings: Findings,
  ) {
    this.spec = spec;
    this.random = random;
    this.live = live;
    this.findings = findings;
    this.maker = new ActionMaker(spec, client, random, ledger);
    this.client = client;
    this.versions = new Map(
      VERSION_NAMES.filter((version) => spec.versions[version] !== undefined).map((version) => [
        version,
        { connection: this.open(version), statements: new VersionStatements(spec, version) },
      ]),
    );
  }

  private open(version: VersionName): pg.Client {
    const connection = new pg.Client({
      connectionString: this.spec.urls[this.client % this.spec.urls.length],
      application_name: `app ${version} ${this.client}`,
    });
    connection.on('error', (error) => this.failed(version, 'connection', error));
    return connection;
  }

  async connect(): Promise<void> {
    await Promise.all([...this.versions.values()].map(({ connection }) => connection.connect()));
  }

  async end(): Promise<void> {
    await this.settled();
    await Promise.all([...this.versions.values()].map(({ connection }) => connection.end()));
  }

  /** An operation falls due now. */
  enqueue(): void {
    this.due.push(performance.now());
    this.working ??= this.work();
  }

  /** Resolves when nothing is due or under way. */
  async settled(): Promise<void> {
    while (this.working !== null) await this.working;
  }

  private async work(): Promise<void> {
    // Never done before `enqueue` has kept the promise: with no version in service nothing below waits.
    await null;
    for (let since = this.due.shift(); since !== undefined; since = this.due.shift()) {
      const version = this.random.pick(this.live.all);
      if (version === undefined) continue;
      await this.live.during(version, () => this.operate(version));
      this.findings.latencies.push(performance.now() - since);
      this.findings.operations += 1;
      this.findings.byVersion[version] += 1;
    }
    this.working = null;
  }

  private failed(version: VersionName, operation: string, error: unknown): void {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const message = error instanceof Error ? error.message : String(error);
    this.findings.errors.push({ version, operation, code, message });
  }

  private async run(connection: pg.Client, statement: Statement): Promise<Result> {
    const sentAt = performance.now();
    const result = await connection.query<{ value?: unknown; n?: string }>({ ...statement });
    const rows = result.rows.map((row) => ({
      ...row,
      value: row.value === null || row.value === undefined ? row.value : String(row.value),
    }));
    return { rows, count: result.rowCount ?? 0, sentAt };
  }

  private isStale(error: unknown): boolean {
    return error instanceof Error && error.message === this.spec.reconnectsOn;
  }

  /** What a driver does whose prepared statements have become stale: it begins with a new session. */
  private async reconnect(version: VersionName): Promise<void> {
    const { connection: stale, statements } = this.version(version);
    const connection = this.open(version);
    this.findings.reconnects += 1;
    this.versions.set(version, { connection, statements });
    await connection.connect();
    await stale.end();
  }

  /** A statement of the checker's own, at rest: with a new session where the old one's is stale. */
  async ask(version: VersionName, statement: Statement): Promise<readonly Record<string, unknown>[]> {
    try {
      return (await this.version(version).connection.query<Record<string, unknown>>({ ...statement })).rows;
    } catch (error) {
      if (!this.isStale(error)) throw error;
      await this.reconnect(version);
      return (await this.version(version).connection.query<Record<string, unknown>>({ ...statement })).rows;
    }
  }

  private async operate(version: VersionName): Promise<void> {
    const actions = this.choose(version);
    const connection = this.version(version).connection;
    const results: Result[] = [];
    const inTransaction = actions.length > 1;
    try {
      if (inTransaction) await connection.query('BEGIN');
      for (const action of actions) results.push(await this.run(connection, action.statement));
      if (inTransaction) await connection.query('COMMIT');
    } catch (error) {
      if (this.isStale(error)) {
        await this.reconnect(version);
        return;
      }
      this.failed(version, actions.map((action) => action.statement.name).join('+'), error);
      if (inTransaction)
        await connection.query('ROLLBACK').catch((cause) => this.failed(version, 'rollback', cause));
      return;
    }
    const committedAt = performance.now();
    actions.forEach((action, index) => {
      const result = results[index];
      if (result !== undefined) action.committed(result, committedAt);
      this.findings.byKind[action.kind] = (this.findings.byKind[action.kind] ?? 0) + 1;
    });
    if (this.random.next() < 0.5) await this.readBack(version);
  }

  private choose(version: VersionName): Action[] {
    const statements = this.statementsOf(version);
    const rows = [...this.maker.owned.values()];
    if (rows.length < 5) return [this.maker.insert(version, statements)];
    const distinct = this.random.shuffled(rows).slice(0, 5);
    const [first] = distinct;
    if (first === undefined) return [this.maker.insert(version, statements)];
    const single = (row: OwnRow): Action => {
      const dice = this.random.next();
      if (dice < 0.5) return this.maker.update(row, version, statements);
      if (dice < 0.75) return this.maker.touch(row, statements);
      return this.maker.remove(row, statements);
    };
    const shared = (): Action => {
      const dice = this.random.next();
      if (dice < 0.35) return this.maker.updateShared(version, statements);
      if (versionSpec(this.spec, version).write.length === 0)
        return this.maker.updateShared(version, statements);
      if (dice < 0.5)
        return this.maker.removeByValue(statements) ?? this.maker.updateShared(version, statements);
      return (
        this.maker.upsertByValue(statements, this.random.below(3)) ??
        this.maker.updateShared(version, statements)
      );
    };
    const dice = this.random.next();
    if (dice < 0.16) return [this.maker.insert(version, statements)];
    if (dice < 0.4) return [single(first)];
    if (dice < 0.55)
      return [this.maker.upsertByKey(distinct.slice(0, this.random.below(4)), version, statements)];
    if (dice < 0.75) return [shared()];
    // Several statements: own rows in random order, at most one shared row, so that they cannot deadlock natively.
    const count = 2 + this.random.below(3);
    const own = distinct.slice(0, count).map(single);
    const inserts = this.random.next() < 0.5 ? [this.maker.insert(version, statements)] : [];
    const one = this.random.next() < 0.6 ? [shared()] : [];
    return this.random.shuffled([...own, ...inserts, ...one]);
  }

  /** After a commit, the other version must read what was written. */
  private async readBack(writer: VersionName): Promise<void> {
    const others = this.live.all.filter((version) => version !== writer);
    const reader = this.random.pick(others.length > 0 ? others : this.live.all);
    const row = this.maker.owned.get(this.random.pick(this.maker.recent) ?? '');
    if (reader === undefined || row === undefined) return;
    await this.live.during(reader, () => this.check(reader, row));
  }

  private async check(reader: VersionName, row: OwnRow): Promise<void> {
    try {
      const result = await this.run(this.version(reader).connection, this.statementsOf(reader).read(row.key));
      const [found] = result.rows;
      this.judge(
        reader,
        row,
        found === undefined ? undefined : { value: found.value ?? null, n: found.n ?? '' },
      );
    } catch (error) {
      if (this.isStale(error)) await this.reconnect(reader);
      else this.failed(reader, 'read', error);
    }
  }

  private judge(
    reader: VersionName,
    row: OwnRow,
    seen: { readonly value: string | null; readonly n: string } | undefined,
  ): void {
    const wrong = compareOwn(this.spec, reader, row, seen);
    if (wrong !== null) this.findings.wrong.push(wrong);
    else if (row.value === '*' && seen !== undefined && versionSpec(this.spec, reader).read !== null)
      this.maker.owned.set(row.key.join('/'), { ...row, value: seen.value });
  }

  /** Holds every own row against what a version reads, given all rows by key. */
  compare(
    reader: VersionName,
    rows: ReadonlyMap<string, { readonly value: string | null; readonly n: string }>,
  ): void {
    for (const [key, row] of [...this.maker.owned]) this.judge(reader, row, rows.get(key));
  }

  async seed(rows: number): Promise<void> {
    for (let index = 0; index < rows; index += 1) {
      const { row, record } = this.maker.seedRow('old');
      await this.run(this.version('old').connection, this.statementsOf('old').insert(row, null));
      record();
    }
  }

  private version(name: VersionName): Version {
    const version = this.versions.get(name);
    if (version === undefined) throw new Error(`this workload has no version "${name}"`);
    return version;
  }

  statementsOf(version: VersionName): VersionStatements {
    return this.version(version).statements;
  }
}
