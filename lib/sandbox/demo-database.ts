import { randomBytes } from 'node:crypto';
import { SegueError } from '@/lib/core/errors';
import { quoteIdent, quoteLiteral } from '@/lib/core/sql-text';
import { postgres } from '@/lib/driver/postgres';
import { sqlStateOf, targetError } from '@/lib/engine/target';
import { DEMO_PARTS } from './demo-schema';

/** Everything that a sandbox leaves on a server: one database and three roles. */
export interface DemoNames {
  readonly database: string;
  readonly owner: string;
  readonly oldRole: string;
  readonly newRole: string;
}

export interface DemoUrls {
  /** Segue's: owns the database, no superuser. */
  readonly owner: string;
  /** The traffic's: read and write rows, own nothing. */
  readonly old: string;
  readonly new: string;
}

interface AdminRow {
  role: string;
  superuser: boolean;
  may: boolean;
}

/** New names that no other Segue on the same server uses. */
export function newDemoNames(): DemoNames {
  const database = `segue_sandbox_${randomBytes(3).toString('hex')}`;
  return {
    database,
    owner: `${database}_owner`,
    oldRole: `${database}_old_code`,
    newRole: `${database}_new_code`,
  };
}

/**
 * Makes the database with its roles and rows; about five seconds. Throws `missing_rights` when the role of `adminUrl` may not
 * create databases and roles. After a failure call `dropDemoDatabase`: a part may be there.
 */
export async function makeDemoDatabase(
  adminUrl: string,
  names: DemoNames,
  onStep: (title: string) => Promise<void>,
): Promise<DemoUrls> {
  const password = randomBytes(18).toString('base64url');
  const urlOf = (role: string) => urlFor(adminUrl, { database: names.database, role, password });
  await onStep('Making the database');
  await onServer(adminUrl, async (sql) => {
    const superuser = await requireRights(sql);
    await createRoles(sql, names, password, superuser);
    await sql.unsafe(`create database ${quoteIdent(names.database)} owner ${quoteIdent(names.owner)}`);
  });
  await onServer(urlFor(adminUrl, { database: names.database }), (sql) => prepareDatabase(sql, names));
  await onServer(urlOf(names.owner), async (sql) => {
    await sql.unsafe("set synchronous_commit = off; set maintenance_work_mem = '128MB'");
    for (const part of DEMO_PARTS) {
      await onStep(part.title);
      await sql.unsafe(part.sql);
    }
    const apps = `${quoteIdent(names.oldRole)}, ${quoteIdent(names.newRole)}`;
    await sql.unsafe(`grant usage on schema public to ${apps};
      grant select, insert, update, delete on public.customers, public.products, public.orders to ${apps}`);
  });
  return { owner: urlOf(names.owner), old: urlOf(names.oldRole), new: urlOf(names.newRole) };
}

/** Ends all sessions, drops the database and its roles. May be called twice, and after a half-done `makeDemoDatabase`. */
export async function dropDemoDatabase(adminUrl: string, names: DemoNames): Promise<void> {
  await onServer(adminUrl, async (sql) => {
    await dropDatabase(sql, names);
    const roles = [names.oldRole, names.newRole, names.owner];
    // Asked first: a role that may drop none is refused even where there is nothing to drop.
    const there = await sql<
      { name: string }[]
    >`select rolname::text as name from pg_roles where rolname = any(${roles})`;
    for (const { name } of there) await sql.unsafe(`drop role if exists ${quoteIdent(name)}`);
  });
}

/** How often sessions that came while it was dropped are ended again. */
const DROP_TRIES = 5;

/**
 * Its clients are ended one by one: WITH (FORCE) would end an autovacuum too, which a role without superuser rights may not.
 * A plain DROP DATABASE has autovacuum give way by itself.
 */
async function dropDatabase(sql: postgres.Sql, names: DemoNames): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = ${names.database} and backend_type = 'client backend' and pid <> pg_backend_pid()`;
    try {
      await sql.unsafe(`drop database if exists ${quoteIdent(names.database)}`);
      return;
    } catch (error) {
      if (sqlStateOf(error) !== '55006' || tries === DROP_TRIES) throw error;
    }
  }
}

async function requireRights(sql: postgres.Sql): Promise<boolean> {
  const [row] = await sql<AdminRow[]>`select rolname::text as role, rolsuper as superuser,
      rolsuper or (rolcreatedb and rolcreaterole) as may from pg_roles where rolname = current_user`;
  if (row?.may === true) return row.superuser;
  const role = row?.role ?? 'the role';
  throw new SegueError('missing_rights', `The role "${role}" may not create databases and roles.`, {
    object: role,
    next: `Have an administrator run: ALTER ROLE ${quoteIdent(role)} CREATEDB CREATEROLE; or start Segue without DATABASE_URL.`,
  });
}

async function createRoles(
  sql: postgres.Sql,
  names: DemoNames,
  password: string,
  superuser: boolean,
): Promise<void> {
  for (const role of [names.owner, names.oldRole, names.newRole]) {
    await sql.unsafe(`create role ${quoteIdent(role)} login password ${quoteLiteral(password)}`);
    // Without superuser rights only a member may give a database away to a role, or end its sessions.
    if (!superuser) await sql.unsafe(`grant ${quoteIdent(role)} to current_user`);
  }
  if (superuser) await sql.unsafe(`grant pg_read_all_stats to ${quoteIdent(names.owner)}`);
}

async function prepareDatabase(sql: postgres.Sql, names: DemoNames): Promise<void> {
  const database = quoteIdent(names.database);
  await sql.unsafe(`revoke all on database ${database} from public;
    grant connect on database ${database} to ${quoteIdent(names.oldRole)}, ${quoteIdent(names.newRole)};
    alter schema public owner to ${quoteIdent(names.owner)};
    revoke create on schema public from public`);
  const [row] = await sql<
    { can: boolean }[]
  >`select (select rolsuper from pg_roles where rolname = current_user)
    and 'pg_stat_statements' = any(string_to_array(replace(current_setting('shared_preload_libraries'), ' ', ''), ',')) as can`;
  if (row?.can === true) await sql.unsafe('create extension if not exists pg_stat_statements');
}

async function onServer<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, {
    max: 1,
    connect_timeout: 10,
    onnotice: () => undefined,
    connection: { application_name: 'segue sandbox', statement_timeout: 120_000, lock_timeout: 10_000 },
  });
  try {
    return await work(sql);
  } catch (error) {
    throw targetError(error, { options: { url } });
  } finally {
    await sql.end({ timeout: 5 });
  }
}

function urlFor(
  url: string,
  change: { readonly database: string; readonly role?: string; readonly password?: string },
): string {
  const changed = new URL(url);
  changed.pathname = `/${encodeURIComponent(change.database)}`;
  if (change.role !== undefined) changed.username = change.role;
  if (change.password !== undefined) changed.password = change.password;
  return changed.href;
}
