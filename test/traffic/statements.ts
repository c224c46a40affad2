import {
  encode,
  type TrafficSpec,
  type UniqueSpec,
  type VersionName,
  type VersionSpec,
  versionSpec,
} from './traffic-spec';

/** A named prepared statement with its values. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  readonly values: (string | null)[];
}

/** A row to write. `value: undefined` leaves the value to the default: by DEFAULT or by leaving the column out. */
export interface RowToWrite {
  readonly key: readonly string[];
  readonly value: string | null | undefined;
  readonly tenant: number;
  readonly active: boolean;
}

export type Omission = 'default' | 'omitted';

/** Statement texts of one application version: what its code would send. Every text is one prepared statement. */
export class VersionStatements {
  private readonly spec: TrafficSpec;
  private readonly use: VersionSpec;
  private readonly version: VersionName;

  constructor(spec: TrafficSpec, version: VersionName) {
    this.spec = spec;
    this.version = version;
    this.use = versionSpec(spec, version);
  }

  private get table(): string {
    return this.use.table ?? this.spec.table;
  }

  private get key(): readonly string[] {
    return this.use.key ?? this.spec.key.columns;
  }

  private get keyList(): string {
    return this.key.join(', ');
  }

  private where(values: (string | null)[], key: readonly string[]): string {
    return this.key
      .map((column, index) => {
        values.push(key[index] ?? null);
        return `t.${column} = $${values.length}`;
      })
      .join(' AND ');
  }

  private statement(name: string, text: string, values: (string | null)[]): Statement {
    return { name: `${this.version}_${name}`, text, values };
  }

  private insertInto(
    rows: readonly RowToWrite[],
    omission: Omission | null,
    values: (string | null)[],
  ): string {
    const extra = this.use.extra ?? [];
    const written = omission === 'omitted' ? [] : this.use.write;
    const columns = [
      ...this.key,
      'tenant',
      'active',
      'n',
      ...written.map((use) => use.column),
      ...extra.map((one) => one.column),
    ];
    const tuples = rows.map((row) => {
      const place = (value: string | null) => {
        values.push(value);
        return `$${values.length}`;
      };
      const items = [
        ...row.key.map(place),
        place(String(row.tenant)),
        place(String(row.active)),
        '1',
        ...written.map((use) =>
          omission === 'default' ? 'DEFAULT' : place(encode(row.value ?? null, use.codec)),
        ),
        ...extra.map((one) => one.sql),
      ];
      return `(${items.join(', ')})`;
    });
    return `INSERT INTO ${this.table} AS t (${columns.join(', ')}) VALUES ${tuples.join(', ')}`;
  }

  private get readColumn(): string {
    if (this.use.read === null) return 'NULL::text';
    return `t.${this.use.read.column}${this.use.raw ? '' : '::text'}`;
  }

  private get returning(): string {
    return ` RETURNING ${this.readColumn} AS value, t.n::text AS n`;
  }

  private get setValue(): string[] {
    return this.use.write.map((use) => `${use.column} = EXCLUDED.${use.column}`);
  }

  insert(row: RowToWrite, omission: Omission | null): Statement {
    const values: (string | null)[] = [];
    const text = this.insertInto([row], omission, values);
    return this.statement(`insert_${omission ?? 'value'}`, `${text}${this.returning}`, values);
  }

  update(key: readonly string[], value: string | null): Statement {
    const values: (string | null)[] = [];
    const sets = this.use.write.map((use) => {
      values.push(encode(value, use.codec));
      return `${use.column} = $${values.length}`;
    });
    const text = `UPDATE ${this.table} AS t SET ${[...sets, 'n = t.n + 1'].join(', ')} WHERE ${this.where(values, key)}`;
    return this.statement('update', text, values);
  }

  touch(key: readonly string[]): Statement {
    const values: (string | null)[] = [];
    const text = `UPDATE ${this.table} AS t SET n = t.n + 1 WHERE ${this.where(values, key)}`;
    return this.statement('touch', text, values);
  }

  remove(key: readonly string[]): Statement {
    const values: (string | null)[] = [];
    return this.statement(
      'delete',
      `DELETE FROM ${this.table} AS t WHERE ${this.where(values, key)}`,
      values,
    );
  }

  read(key: readonly string[]): Statement {
    const values: (string | null)[] = [];
    const text = `SELECT ${this.readColumn} AS value, t.n::text AS n FROM ${this.table} AS t WHERE ${this.where(values, key)}`;
    return this.statement('read', text, values);
  }

  /** Every row, for comparing at rest. */
  readAll(): Statement {
    const key = this.key.map((name) => `t.${name}::text`).join(` || '/' || `);
    return this.statement(
      'read_all',
      `SELECT ${key} AS key, ${this.readColumn} AS value, t.n::text AS n FROM ${this.table} AS t`,
      [],
    );
  }

  /** Insert or overwrite by the primary key, one row or several. */
  upsertByKey(rows: readonly RowToWrite[]): Statement {
    const values: (string | null)[] = [];
    const insert = this.insertInto(rows, null, values);
    const sets = [...this.setValue, 'n = t.n + 1'].join(', ');
    return this.statement(
      `upsert_key_${rows.length}`,
      `${insert} ON CONFLICT (${this.keyList}) DO UPDATE SET ${sets}`,
      values,
    );
  }

  private conflictTarget(unique: UniqueSpec): string {
    const value = this.use.write[0]?.column ?? '';
    const columns = unique.columns.map((column) => (column === '$value' ? value : column)).join(', ');
    return `(${columns})${unique.partial ? ' WHERE active' : ''}`;
  }

  /** Insert, or count the row that has the value already, by the unique key over the value. */
  upsertByValue(rows: readonly RowToWrite[], unique: UniqueSpec): Statement {
    const values: (string | null)[] = [];
    const insert = this.insertInto(rows, null, values);
    return this.statement(
      `upsert_value_${rows.length}`,
      `${insert} ON CONFLICT ${this.conflictTarget(unique)} DO UPDATE SET n = t.n + 1`,
      values,
    );
  }

  /** Takes a shared value away and says how often it had been counted. */
  removeByValue(value: string, tenant: number): Statement {
    const use = this.use.write[0];
    const values = [encode(value, use?.codec ?? 'same'), String(tenant)];
    const text = `DELETE FROM ${this.table} AS t WHERE t.${use?.column ?? ''} = $1 AND t.tenant = $2 AND t.active RETURNING t.n::text AS n`;
    return this.statement('delete_value', text, values);
  }

  countByValue(value: string, tenant: number): Statement {
    const use = this.use.write[0];
    const values = [encode(value, use?.codec ?? 'same'), String(tenant)];
    const text = `SELECT coalesce(sum(t.n), 0)::text AS n FROM ${this.table} AS t WHERE t.${use?.column ?? ''} = $1 AND t.tenant = $2 AND t.active`;
    return this.statement('count_value', text, values);
  }
}
