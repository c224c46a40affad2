import { encode, type TrafficSpec, type VersionName, versionSpec, type WrongRow } from './traffic-spec';

/** A row that one client owns: what it committed last is what everybody must read. */
export interface OwnRow {
  readonly key: readonly string[];
  /** '*': not known yet, the first read tells. */
  readonly value: string | null;
  readonly n: number;
  readonly tenant: number;
  readonly active: boolean;
}

interface SharedWrite {
  readonly value: string;
  readonly sentAt: number;
  readonly committedAt: number;
}

/** What was committed to rows that several clients write. */
export class SharedLedger {
  private readonly writes = new Map<string, SharedWrite[]>();
  private readonly touches = new Map<string, number>();
  private readonly added = new Map<string, number>();
  private readonly taken = new Map<string, number>();

  wrote(key: string, write: SharedWrite): void {
    const list = this.writes.get(key) ?? [];
    // Writes that ended before another began can never be the last.
    const kept = list.filter((other) => other.committedAt >= write.sentAt);
    this.writes.set(
      key,
      [...kept, write].filter((one) => !isOverwritten(one, list)),
    );
    this.touched(key);
  }

  touched(key: string): void {
    this.touches.set(key, (this.touches.get(key) ?? 0) + 1);
  }

  counted(value: string): void {
    this.added.set(value, (this.added.get(value) ?? 0) + 1);
  }

  removed(value: string, count: number): void {
    this.taken.set(value, (this.taken.get(value) ?? 0) + count);
  }

  /** Values of which one must be the last that was committed to the shared row. */
  candidates(key: string): string[] {
    return (this.writes.get(key) ?? []).map((write) => write.value);
  }

  writesOf(key: string): number {
    return this.touches.get(key) ?? 0;
  }

  get values(): string[] {
    return [...this.added.keys()];
  }

  /** How often the value must have been counted in the row that is there now. */
  remaining(value: string): number {
    return (this.added.get(value) ?? 0) - (this.taken.get(value) ?? 0);
  }
}

/** True when a write that began after this one's commit is known. */
function isOverwritten(write: SharedWrite, others: readonly SharedWrite[]): boolean {
  return others.some((other) => other !== write && other.sentAt > write.committedAt);
}

/** Compares what a version reads with what the owner committed; null: as it must be. */
export function compareOwn(
  spec: TrafficSpec,
  version: VersionName,
  row: OwnRow,
  found: { readonly value: string | null; readonly n: string } | undefined,
): WrongRow | null {
  const read = versionSpec(spec, version).read;
  const wrong = (expected: string, seen: string): WrongRow => ({
    key: row.key.join('/'),
    seenBy: version,
    expected,
    found: seen,
  });
  if (found === undefined) return wrong('a row', 'no row');
  if (found.n !== String(row.n)) return wrong(`n = ${row.n}`, `n = ${found.n}`);
  if (read === null || row.value === '*') return null;
  const expected = encode(row.value, read.codec);
  if (found.value === expected) return null;
  if (row.value === null && spec.nullReadsAs !== undefined && found.value === spec.nullReadsAs) return null;
  const short = (value: string | null) => (value === null ? 'NULL' : JSON.stringify(value.slice(0, 60)));
  return wrong(short(expected), short(found.value));
}
