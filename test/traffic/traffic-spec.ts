/**
 * How a logical value is written in a column. `cents`: the logical integer 1234 is 12.34 there. `integer`: what is no
 * integer is NULL there; `integer_or_zero`: is 0 there. `a_is_x`: the value a is called x there. `before_dash` and `after_dash`:
 * one part of the value is there.
 */
export type Codec =
  | 'same'
  | 'a_is_x'
  | 'before_dash'
  | 'after_dash'
  | 'cents'
  | 'integer'
  | 'integer_or_zero';

export interface ColumnUse {
  readonly column: string;
  readonly codec: Codec;
}

export const VERSION_NAMES = ['old', 'dual', 'new'] as const;
/** `dual` writes both sides itself, between the other two. */
export type VersionName = (typeof VERSION_NAMES)[number];

/** What one application version knows of the value that the transition is about. Every statement names its columns. */
export interface VersionSpec {
  /** Quoted name under which this version knows the table. @default the workload's */
  readonly table?: string;
  /** Under what names this version knows the key's columns. @default the workload's */
  readonly key?: readonly string[];
  /** Columns that it writes the value to; [] where it does not know the value at all. */
  readonly write: readonly ColumnUse[];
  readonly read: ColumnUse | null;
  /** What a row holds when an INSERT of this version leaves the value out or says DEFAULT; '*': whatever comes first. */
  readonly omitted: string | null;
  /** True: the column has neither a default nor NULL, so an INSERT has to give the value. */
  readonly mustGive?: boolean;
  /** Whether this version writes NULL. */
  readonly nullable: boolean;
  /** Values that only this version writes. */
  readonly boundaries?: readonly string[];
  /** Reads the column in its own type, not as text: a prepared statement then depends on the type. */
  readonly raw?: boolean;
  /** Columns of other operations that this version always gives in an INSERT, with SQL. */
  readonly extra?: readonly { readonly column: string; readonly sql: string }[];
}

/** A unique key that the value belongs to. `$value` stands for the version's own column. */
export interface UniqueSpec {
  readonly columns: readonly ('$value' | 'tenant')[];
  /** True: the index covers rows with `active` only. */
  readonly partial?: boolean;
}

/**
 * One workload on one table. The table has, beside its key and the value's columns: `tenant int not null`,
 * `active boolean not null`, `n bigint not null`.
 */
export interface TrafficSpec {
  /** Connection URLs of application roles, used in turn. */
  readonly urls: readonly string[];
  /** Quoted table name. */
  readonly table: string;
  readonly key: { readonly kind: 'bigint' | 'uuid' | 'composite'; readonly columns: readonly string[] };
  readonly values: 'text' | 'int';
  /** What a NULL that somebody wrote may turn into. */
  readonly nullReadsAs?: string;
  /** Extra values worth trying; ignored where values must be unique. */
  readonly boundaries: readonly string[];
  /** All values there are, where a foreign key or a check leaves no others. */
  readonly pool?: readonly string[];
  readonly unique: UniqueSpec | null;
  /** An error with exactly this message makes a client connect anew, as its driver would; it is counted apart. Nothing is tried again. */
  readonly reconnectsOn?: string;
  readonly versions: Readonly<Record<'old' | 'new', VersionSpec> & Partial<Record<'dual', VersionSpec>>>;
  readonly clients: number;
  readonly operationsPerSecond: number;
  readonly seed: number;
  /** Rows that each client owns from the start. */
  readonly rowsPerClient: number;
}

/** What went wrong for a client: there is nothing harmless among these. */
export interface ClientError {
  readonly version: VersionName;
  readonly operation: string;
  readonly code: string;
  readonly message: string;
}

/** A value or count that is not what was committed. */
export interface WrongRow {
  readonly key: string;
  readonly seenBy: VersionName;
  readonly expected: string;
  readonly found: string;
}

export interface TrafficReport {
  readonly operations: number;
  readonly byVersion: Readonly<Record<VersionName, number>>;
  readonly byKind: Readonly<Record<string, number>>;
  readonly errors: readonly ClientError[];
  readonly wrong: readonly WrongRow[];
  /** How often a client connected anew because of `reconnectsOn`. */
  readonly reconnects: number;
  /** From the moment an operation was due, in ms. */
  readonly p99Ms: number;
  readonly longestMs: number;
}

/** The version's part of the workload. Throws where the workload does not have it. */
export function versionSpec(spec: Pick<TrafficSpec, 'versions'>, version: VersionName): VersionSpec {
  const found = spec.versions[version];
  if (found === undefined) throw new Error(`this workload has no version "${version}"`);
  return found;
}

/** The logical value as a column's text. */
export function encode(value: string | null, codec: Codec): string | null {
  if (value === null || codec === 'same') return value;
  if (codec === 'before_dash') return value.slice(0, value.indexOf('-'));
  if (codec === 'after_dash') return value.slice(value.indexOf('-') + 1);
  if (codec === 'a_is_x') return value === 'a' ? 'x' : value;
  if (codec !== 'cents') {
    if (/^-?\d{1,10}$/.test(value) && Math.abs(Number(value)) <= 2_147_483_647) return value;
    return codec === 'integer' ? null : '0';
  }
  const negative = value.startsWith('-');
  const digits = (negative ? value.slice(1) : value).padStart(3, '0');
  return `${negative ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
