import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { quoteIdent, quoteLiteral } from '@/lib/core/sql-text';
import type { Major } from '@/lib/postgres/binaries';
import { ONE_MAJOR, serverVariable } from './test-majors';

export { TEST_MAJORS } from './test-majors';

export interface TestDatabaseOptions {
  /** Default: the newest of the run. */
  readonly major?: Major;
  /** Superuser's URL of the server; default: the one that vitest's global setup started for `major`. */
  readonly serverUrl?: string;
  /** Name of a database to copy; nobody may be connected to it. */
  readonly template?: string;
  /** How many application roles; default 1. */
  readonly appRoles?: number;
  /** SQL that the owner runs first. */
  readonly setup?: string;
  /** Creates the extension pg_stat_statements (the library is loaded either way). */
  readonly statStatements?: boolean;
}

export interface TestRole {
  readonly name: string;
  readonly url: string;
}

export interface TestDatabase {
  readonly name: string;
  readonly major: Major;
  /** For checks only: the code under test runs as `owner`. */
  readonly superuserUrl: string;
  /** Owns the database and its schema public; no superuser, no other right. */
  readonly owner: TestRole;
  /** Reads and writes the owner's tables and sequences in schema public, also those made later; owns nothing. */
  readonly apps: readonly TestRole[];
  /** Ends all connections and drops the database and its roles. May be called twice. */
  drop(): Promise<void>;
}

/** Makes an empty database (or a copy of `template`) with an owner and application roles of its own. */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const major = options.major ?? ONE_MAJOR;
  const serverUrl = options.serverUrl ?? process.env[serverVariable(major)];
  if (serverUrl === undefined) {
    throw new Error(`No PostgreSQL ${major} was started: run this test in vitest's project "postgres".`);
  }
  const name = `test_${randomBytes(5).toString('hex')}`;
  const password = randomBytes(12).toString('hex');
  const roleNames = [
    `${name}_owner`,
    ...Array.from({ length: options.appRoles ?? 1 }, (_, i) => `${name}_app${i + 1}`),
  ];
  const [ownerName = '', ...appNames] = roleNames;

  await onServer(serverUrl, async (sql) => {
    for (const role of roleNames) {
      await sql.unsafe(`create role ${quoteIdent(role)} login password ${quoteLiteral(password)}`);
    }
    await sql.unsafe(
      `create database ${quoteIdent(name)} owner ${quoteIdent(ownerName)} template ${quoteIdent(options.template ?? 'template1')}`,
    );
  });
  const superuserUrl = withDatabase(serverUrl, name);
  const roleOf = (role: string): TestRole => ({ name: role, url: withUser(superuserUrl, role, password) });
  const owner = roleOf(ownerName);
  const apps = appNames.map(roleOf);

  await onServer(superuserUrl, async (sql) => {
    // Up to 14 public belongs to the superuser and everybody may create in it; from 15 on this is how it is anyway.
    await sql.unsafe(
      `alter schema public owner to ${quoteIdent(ownerName)}; revoke create on schema public from public`,
    );
    if (options.statStatements) await sql.unsafe('create extension if not exists pg_stat_statements');
    if (appNames.length === 0) return;
    const grantees = appNames.map(quoteIdent).join(', ');
    const byOwner = `alter default privileges for role ${quoteIdent(ownerName)} in schema public`;
    await sql.unsafe(`grant usage on schema public to ${grantees};
      ${byOwner} grant select, insert, update, delete on tables to ${grantees};
      ${byOwner} grant usage, select on sequences to ${grantees}`);
  });
  const setup = options.setup;
  if (setup !== undefined) await onServer(owner.url, (sql) => sql.unsafe(setup));

  const drop = () =>
    onServer(serverUrl, async (sql) => {
      await sql.unsafe(`drop database if exists ${quoteIdent(name)} with (force)`);
      for (const role of roleNames) await sql.unsafe(`drop role if exists ${quoteIdent(role)}`);
    });
  return { name, major, superuserUrl, owner, apps, drop };
}

async function onServer(url: string, work: (sql: postgres.Sql) => Promise<unknown>): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

function withUser(url: string, user: string, password: string): string {
  const changed = new URL(url);
  changed.username = user;
  changed.password = password;
  return changed.href;
}
