import { randomBytes } from 'node:crypto';
import { quoteIdent } from '@/lib/core/sql-text';
import { postgres } from '@/lib/driver/postgres';
import { openTarget, targetError } from '../target';

/** A database that nobody else uses and that is thrown away. */
export interface ScratchDatabase {
  readonly name: string;
  readonly url: string;
}

/** A role without a superuser's rights, as which everything that was not written here runs. */
export interface Prover {
  readonly name: string;
  readonly password: string;
}

/** Makes databases on a server on which the caller may make them, and takes every one of them away again. */
export class ScratchServer {
  private readonly sql: postgres.Sql;
  private readonly made = new Set<string>();
  private readonly roles = new Set<string>();

  /** `url` is that of any database of the server, of a role that may create databases; that role also does the work, unless there is a `prover`. */
  constructor(
    private readonly url: string,
    private readonly prover: Prover | null = null,
  ) {
    this.sql = postgres(url, { max: 1, prepare: false, fetch_types: false, onnotice: () => undefined });
  }

  /** Makes an empty database, or a copy of one to which nobody is connected. Throws SegueError where that is not allowed. */
  async create(template?: ScratchDatabase): Promise<ScratchDatabase> {
    const name = `segue_scratch_${randomBytes(6).toString('hex')}`;
    const owner = this.prover === null ? '' : ` OWNER ${quoteIdent(this.prover.name)}`;
    await this.run(
      `CREATE DATABASE ${quoteIdent(name)} TEMPLATE ${quoteIdent(template?.name ?? 'template0')}${owner}`,
    );
    this.made.add(name);
    const url = new URL(this.ownUrl(name));
    if (this.prover !== null) {
      url.username = this.prover.name;
      url.password = this.prover.password;
    }
    return { name, url: url.href };
  }

  /** The same database for who made it: for statements that ask for more than the prover may, and run no code of the schema. */
  asMaker({ name }: ScratchDatabase): ScratchDatabase {
    return { name, url: this.ownUrl(name) };
  }

  private ownUrl(name: string): string {
    const url = new URL(this.url);
    url.pathname = `/${name}`;
    return url.href;
  }

  /** May be called twice. */
  async drop(database: ScratchDatabase): Promise<void> {
    await this.run(`DROP DATABASE IF EXISTS ${quoteIdent(database.name)} WITH (FORCE)`);
    this.made.delete(database.name);
  }

  /** The server's version, as it states it. */
  async version(): Promise<string> {
    const [row] = await this.sql<{ version: string }[]>`SELECT current_setting('server_version') AS version`;
    return row?.version ?? '';
  }

  /** Makes a role that migration files name, without any right, unless the server has it. */
  async addRole(name: string): Promise<void> {
    const [found] = await this.sql`SELECT 1 FROM pg_roles WHERE rolname = ${name}`;
    if (found !== undefined) return;
    await this.run(`CREATE ROLE ${quoteIdent(name)} NOLOGIN`);
    this.roles.add(name);
    if (this.prover !== null) await this.run(`GRANT ${quoteIdent(name)} TO ${quoteIdent(this.prover.name)}`);
  }

  /** Goes away without dropping anything: for a server that is thrown away as a whole. */
  async leave(): Promise<void> {
    await this.sql.end({ timeout: 1 });
  }

  /** Drops all that is left of what was made here. */
  async close(): Promise<void> {
    try {
      for (const name of [...this.made]) await this.drop({ name, url: '' });
      for (const name of this.roles) await this.run(`DROP ROLE IF EXISTS ${quoteIdent(name)}`);
    } finally {
      await this.sql.end({ timeout: 5 });
    }
  }

  private async run(statement: string): Promise<void> {
    try {
      await this.sql.unsafe(statement);
    } catch (error) {
      throw targetError(error, { options: { url: this.url } });
    }
  }
}

/** Opens one session in which names resolve as they do for a team's own tools. */
export async function inSession<T>(
  database: ScratchDatabase,
  work: (sql: postgres.Sql) => Promise<T>,
): Promise<T> {
  const sql = postgres(database.url, { max: 1, prepare: false, onnotice: () => undefined });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** Opens the database as the engine does. */
export async function asTarget<T>(
  database: ScratchDatabase,
  work: (target: ReturnType<typeof openTarget>) => Promise<T>,
): Promise<T> {
  const target = openTarget({ url: database.url, applicationName: 'segue prove' });
  try {
    return await work(target);
  } finally {
    await target.close();
  }
}
