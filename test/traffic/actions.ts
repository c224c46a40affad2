import { randomUUID } from 'node:crypto';
import type { Random } from '@/lib/core/random';
import type { OwnRow, SharedLedger } from './ledger';
import type { Omission, RowToWrite, Statement, VersionStatements } from './statements';
import { encode, type TrafficSpec, type VersionName, versionSpec } from './traffic-spec';

/** Keys of the rows that all clients write. */
export function sharedKeys(spec: TrafficSpec): string[][] {
  return Array.from({ length: SHARED_ROWS }, (_, index) => {
    if (spec.key.kind === 'composite') return ['0', String(index + 1)];
    if (spec.key.kind === 'uuid') return [`00000000-0000-4000-8000-${String(index + 1).padStart(12, '0')}`];
    return [String(index + 1)];
  });
}

const SHARED_ROWS = 12;
const SHARED_VALUES = 10;
/** Logical integers of client c start here: apart from each other and from the shared ones. */
const CLIENT_STRIDE = 1_000_000;

export interface Result {
  readonly rows: readonly { readonly value?: string | null; readonly n?: string }[];
  readonly count: number;
  readonly sentAt: number;
}

/** A statement and what it means once it is committed. */
export interface Action {
  readonly kind: string;
  readonly statement: Statement;
  readonly committed: (result: Result, committedAt: number) => void;
}

/** Makes actions for one client and keeps the record of what it owns. */
export class ActionMaker {
  readonly owned = new Map<string, OwnRow>();
  /** Keys of the rows written last, latest first. */
  recent: readonly string[] = [];
  private sequence = 0;
  private readonly spec: TrafficSpec;
  private readonly client: number;
  private readonly random: Random;
  private readonly ledger: SharedLedger;

  constructor(spec: TrafficSpec, client: number, random: Random, ledger: SharedLedger) {
    this.spec = spec;
    this.client = client;
    this.random = random;
    this.ledger = ledger;
  }

  private put(row: OwnRow): void {
    this.owned.set(row.key.join('/'), row);
    this.recent = [row.key.join('/'), ...this.recent].slice(0, 6);
  }

  private nextKey(): string[] {
    this.sequence += 1;
    if (this.spec.key.kind === 'uuid') return [randomUUID()];
    if (this.spec.key.kind === 'composite') return [String(this.client + 1), String(this.sequence)];
    return [String((this.client + 1) * CLIENT_STRIDE + this.sequence)];
  }

  private freshValue(): string {
    this.sequence += 1;
    const { pool } = this.spec;
    if (pool !== undefined) return pool[this.sequence % pool.length] ?? '';
    return this.spec.values === 'int'
      ? String((this.client + 1) * CLIENT_STRIDE + this.sequence)
      : `c${this.client}-${this.sequence}`;
  }

  private someValue(version: VersionName): string | null {
    const { unique } = this.spec;
    const { nullable } = versionSpec(this.spec, version);
    const boundaries = [...this.spec.boundaries, ...(versionSpec(this.spec, version).boundaries ?? [])];
    const dice = this.random.next();
    if (nullable && dice < 0.12) return null;
    if (unique === null && boundaries.length > 0 && dice < 0.3)
      return this.random.pick(boundaries) ?? this.freshValue();
    return this.freshValue();
  }

  private rowToWrite(key: readonly string[], value: string | null | undefined): RowToWrite {
    return { key, value, tenant: this.client + 1, active: true };
  }

  private sharedValue(): string {
    const index = this.random.below(SHARED_VALUES);
    return this.spec.values === 'int' ? String(500 + index) : `shared-${index}`;
  }

  insert(version: VersionName, statements: VersionStatements): Action {
    const omission: Omission | null =
      ([null, null, null, 'default', 'omitted'] as const)[this.random.below(5)] ?? null;
    const { omitted, write, mustGive } = versionSpec(this.spec, version);
    const leavesOut = omission !== null || write.length === 0;
    const repeatable = this.spec.unique === null || omitted === null || omitted === '*';
    const mayLeaveOut = write.length === 0 || (repeatable && mustGive !== true);
    const value = leavesOut && mayLeaveOut ? undefined : this.someValue(version);
    const key = this.nextKey();
    const statement = statements.insert(
      this.rowToWrite(key, value),
      value === undefined && write.length > 0 ? omission : null,
    );
    return {
      kind: `insert_${value === undefined ? 'default' : value === null ? 'null' : 'value'}`,
      statement,
      committed: (result) => {
        const returned = result.rows[0]?.value ?? null;
        // A default that is not constant is learnt from the row itself, where this version reads the value.
        const known =
          value !== undefined ? value : omitted !== '*' ? omitted : write.length > 0 ? returned : '*';
        this.put({ key, value: known, n: 1, tenant: this.client + 1, active: true });
      },
    };
  }

  private change(row: OwnRow, version: VersionName, value: string | null): OwnRow {
    const { write } = versionSpec(this.spec, version);
    // To write what this version reads already changes nothing: a value that only the other side can hold stays there.
    const changes = write.some((use) => encode(row.value, use.codec) !== encode(value, use.codec));
    return { ...row, value: changes ? value : row.value, n: row.n + 1 };
  }

  update(row: OwnRow, version: VersionName, statements: VersionStatements): Action {
    const value = this.someValue(version);
    return {
      kind: 'update',
      statement: statements.update(row.key, value),
      committed: () => this.put(this.change(row, version, value)),
    };
  }

  touch(row: OwnRow, statements: VersionStatements): Action {
    return {
      kind: 'touch',
      statement: statements.touch(row.key),
      committed: () => this.put({ ...row, n: row.n + 1 }),
    };
  }

  remove(row: OwnRow, statements: VersionStatements): Action {
    return {
      kind: 'delete',
      statement: statements.remove(row.key),
      committed: () => this.owned.delete(row.key.join('/')),
    };
  }

  /** Own rows, some there and some not, in random order. */
  upsertByKey(rows: readonly OwnRow[], version: VersionName, statements: VersionStatements): Action {
    const writes = versionSpec(this.spec, version).write.length > 0;
    const targets = this.random
      .shuffled([...rows, null])
      .map((row) => ({ row, key: row?.key ?? this.nextKey(), value: this.someValue(version) }));
    return {
      kind: targets.length > 1 ? 'upsert_key_many' : 'upsert_key',
      statement: statements.upsertByKey(targets.map((target) => this.rowToWrite(target.key, target.value))),
      committed: () => {
        for (const { row, key, value } of targets) {
          const fresh: OwnRow = {
            key,
            value: writes ? value : versionSpec(this.spec, version).omitted,
            n: 1,
            tenant: this.client + 1,
            active: true,
          };
          this.put(row === null ? fresh : this.change(row, version, value));
        }
      },
    };
  }

  /** One value that all clients count, and values of this client's own. */
  upsertByValue(statements: VersionStatements, own: number): Action | null {
    const { unique } = this.spec;
    if (unique === null) return null;
    const shared = this.sharedValue();
    const sharedRow: RowToWrite = { key: this.nextKey(), value: shared, tenant: 0, active: true };
    const mine = Array.from({ length: own }, () => ({ key: this.nextKey(), value: this.freshValue() }));
    const rows = this.random.shuffled([sharedRow, ...mine.map((one) => this.rowToWrite(one.key, one.value))]);
    return {
      kind: own > 0 ? 'upsert_value_many' : 'upsert_value',
      statement: statements.upsertByValue(rows, unique),
      committed: () => {
        this.ledger.counted(shared);
        for (const one of mine) this.put({ ...one, n: 1, tenant: this.client + 1, active: true });
      },
    };
  }

  removeByValue(statements: VersionStatements): Action | null {
    if (this.spec.unique === null) return null;
    const shared = this.sharedValue();
    return {
      kind: 'delete_value',
      statement: statements.removeByValue(shared, 0),
      committed: (result) => {
        for (const row of result.rows) this.ledger.removed(shared, Number(row.n));
      },
    };
  }

  updateShared(version: VersionName, statements: VersionStatements): Action {
    const key = this.random.pick(sharedKeys(this.spec)) ?? [];
    if (versionSpec(this.spec, version).write.length === 0) {
      return {
        kind: 'touch_shared',
        statement: statements.touch(key),
        committed: () => this.ledger.touched(key.join('/')),
      };
    }
    const value = this.freshValue();
    return {
      kind: 'update_shared',
      statement: statements.update(key, value),
      committed: (result, committedAt) =>
        this.ledger.wrote(key.join('/'), { value, sentAt: result.sentAt, committedAt }),
    };
  }

  /** The rows that this client starts with. */
  seedRow(version: VersionName): { readonly row: RowToWrite; readonly record: () => void } {
    const key = this.nextKey();
    const writes = versionSpec(this.spec, version).write.length > 0;
    const value = this.someValue(version);
    return {
      row: this.rowToWrite(key, value),
      record: () =>
        this.put({
          key,
          value: writes ? value : versionSpec(this.spec, version).omitted,
          n: 1,
          tenant: this.client + 1,
          active: true,
        }),
    };
  }
}
