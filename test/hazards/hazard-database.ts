import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { quoteIdent } from '@/lib/core/sql-text';
import type { HazardContext } from './hazard-case';
import { hazardSchema } from './schema';

/** What the server told while statements ran, newest last. */
export interface Session {
  readonly sql: postgres.Sql;
  readonly notices: string[];
}

/** Opens one connection that keeps what the server tells. */
export function openSession(url: string, timeZone: string): Session {
  const notices: string[] = [];
  const sql = postgres(url, {
    max: 1,
    prepare: false,
    fetch_types: false,
    onnotice: ({ message }) => notices.push(message ?? ''),
    connection: { TimeZone: timeZone, search_path: 'public', client_min_messages: 'debug1' },
  });
  return { sql, notices };
}

/** The schemas of the contexts on one server: copies are made of them. */
export class HazardDatabases {
  private readonly server: postgres.Sql;
  private readonly made: string[] = [];

  constructor(private readonly serverUrl: string) {
    this.server = postgres(serverUrl, { max: 1, onnotice: () => undefined });
  }

  private urlOf(name: string): string {
    const url = new URL(this.serverUrl);
    url.pathname = `/${name}`;
    return url.href;
  }

  private async create(template: string): Promise<string> {
    const name = `hazards_${randomBytes(5).toString('hex')}`;
    this.made.push(name);
    await this.server.unsafe(`CREATE DATABASE ${quoteIdent(name)} TEMPLATE ${quoteIdent(template)}`);
    return name;
  }

  /** URL of a database with the schema of a context. While nobody is connected to it, it can be copied. */
  async template(context: HazardContext): Promise<string> {
    const url = this.urlOf(await this.create('template0'));
    const { sql } = openSession(url, 'UTC');
    await sql.unsafe(hazardSchema(context)).finally(() => sql.end());
    return url;
  }

  /** URL of a copy of a template with `setup` on top. */
  async copy(template: string, setup: string | null): Promise<string> {
    const url = this.urlOf(await this.create(new URL(template).pathname.slice(1)));
    if (setup === null) return url;
    const { sql } = openSession(url, 'UTC');
    await sql.unsafe(setup).finally(() => sql.end());
    return url;
  }

  /** Drops the copy at `url`. */
  async discard(url: string): Promise<void> {
    await this.server.unsafe(
      `DROP DATABASE IF EXISTS ${quoteIdent(new URL(url).pathname.slice(1))} WITH (FORCE)`,
    );
  }

  /** Drops everything that was made. */
  async close(): Promise<void> {
    for (const name of this.made) await this.discard(this.urlOf(name));
    await this.server.end();
  }
}
