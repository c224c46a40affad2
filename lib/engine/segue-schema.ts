import type postgres from 'postgres';
import { SEGUE_TABLES } from '@/lib/planner/sync/segue-tables';
import { type Target, targetError } from './target';
import { writeIntent } from './write-intent';

/**
 * Everything that Segue keeps in a target, in its schema `segue`: the first version of it. Later versions only add, see
 * VERSIONS. What must be atomic with a change is written here, in the change's own transaction.
 */
const FIRST_VERSION: readonly string[] = [
  'CREATE SCHEMA IF NOT EXISTS segue',
  `CREATE TABLE IF NOT EXISTS segue.rollouts (
    id uuid PRIMARY KEY,
    name text NOT NULL UNIQUE,
    digest text NOT NULL,
    plan jsonb NOT NULL,
    position integer NOT NULL DEFAULT 0,
    phase_count integer NOT NULL,
    direction text CHECK (direction IN ('forward', 'back')),
    moving_phase integer,
    activity text NOT NULL DEFAULT 'idle' CHECK (activity IN ('idle', 'running', 'pausing', 'paused', 'held', 'failed')),
    version bigint NOT NULL DEFAULT 1,
    settings jsonb NOT NULL,
    error jsonb,
    ended text CHECK (ended IN ('done', 'abandoned')),
    managed_by text,
    retained_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK (position BETWEEN 0 AND phase_count),
    CHECK ((direction IS NULL) = (moving_phase IS NULL)),
    CHECK ((activity = 'idle') = (direction IS NULL))
  )`,
  `CREATE TABLE IF NOT EXISTS segue.leases (
    rollout_id uuid PRIMARY KEY REFERENCES segue.rollouts ON DELETE CASCADE,
    epoch bigint NOT NULL DEFAULT 0,
    owner text,
    heartbeat_at timestamptz NOT NULL DEFAULT now()
  )`,
  `CREATE TABLE IF NOT EXISTS segue.steps (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    rollout_id uuid NOT NULL REFERENCES segue.rollouts ON DELETE CASCADE,
    step_id text NOT NULL,
    phase integer NOT NULL,
    direction text NOT NULL CHECK (direction IN ('forward', 'back')),
    attempt integer NOT NULL,
    state text NOT NULL CHECK (state IN ('started', 'done')),
    epoch bigint NOT NULL,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    done_at timestamptz,
    lock_wait_ms integer NOT NULL DEFAULT 0,
    UNIQUE (rollout_id, step_id, direction, attempt)
  )`,
  `CREATE TABLE IF NOT EXISTS segue.backfills (
    rollout_id uuid NOT NULL REFERENCES segue.rollouts ON DELETE CASCADE,
    step_id text NOT NULL,
    last_key text[],
    end_key text[],
    rows_seen bigint NOT NULL DEFAULT 0,
    rows_changed bigint NOT NULL DEFAULT 0,
    rows_total bigint NOT NULL DEFAULT 0,
    working_ms bigint NOT NULL DEFAULT 0,
    recent_rows_per_second double precision,
    done boolean NOT NULL DEFAULT false,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (rollout_id, step_id)
  )`,
  `CREATE TABLE IF NOT EXISTS segue.positions (
    rollout_id uuid NOT NULL REFERENCES segue.rollouts ON DELETE CASCADE,
    position integer NOT NULL,
    facts text[] NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (rollout_id, position)
  )`,
  `CREATE TABLE IF NOT EXISTS segue.retired (
    rollout_id uuid NOT NULL REFERENCES segue.rollouts ON DELETE CASCADE,
    table_schema text NOT NULL,
    table_name text NOT NULL,
    column_name text NOT NULL,
    retired_name text NOT NULL,
    reason text NOT NULL CHECK (reason IN ('contract', 'kept')),
    retired_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (table_schema, table_name, retired_name)
  )`,
  SEGUE_TABLES.exceptions,
  SEGUE_TABLES.conflicts,
  `CREATE TABLE IF NOT EXISTS segue.table_claims (
    table_schema text NOT NULL,
    table_name text NOT NULL,
    rollout_id uuid NOT NULL REFERENCES segue.rollouts ON DELETE CASCADE,
    claimed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (table_schema, table_name)
  )`,
  `CREATE TABLE IF NOT EXISTS segue.moves (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    rollout_id uuid NOT NULL REFERENCES segue.rollouts ON DELETE CASCADE,
    direction text NOT NULL,
    phase integer NOT NULL,
    actor text NOT NULL,
    via text NOT NULL,
    words text[] NOT NULL DEFAULT '{}',
    acknowledged text[] NOT NULL DEFAULT '{}',
    waives_retention boolean NOT NULL DEFAULT false,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at timestamptz,
    outcome text,
    error jsonb
  )`,
  `CREATE TABLE IF NOT EXISTS segue.checks (
    rollout_id uuid NOT NULL REFERENCES segue.rollouts ON DELETE CASCADE,
    check_id text NOT NULL,
    phase integer NOT NULL,
    moment text NOT NULL,
    title text NOT NULL,
    outcome text NOT NULL,
    summary text NOT NULL,
    evidence jsonb NOT NULL,
    acknowledged boolean NOT NULL DEFAULT false,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (rollout_id, phase, moment, check_id)
  )`,
  // As drizzle-orm's migrator makes it, so that its number can be read before the first migration.
  'CREATE TABLE IF NOT EXISTS segue.migrations (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint)',
  `CREATE OR REPLACE FUNCTION segue.fence(rollout uuid, expected bigint) RETURNS void LANGUAGE plpgsql
  SET search_path = pg_catalog, pg_temp AS $segue$
  BEGIN
    PERFORM 1 FROM segue.leases WHERE rollout_id = rollout AND epoch = expected FOR KEY SHARE;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'another worker holds the lease of rollout %', rollout USING ERRCODE = 'SG001';
    END IF;
  END $segue$`,
];

/** What a rollout waits for, or waited for: one row a reason. Open ones have no end. */
const HOLDS: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS segue.holds (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    rollout_id uuid NOT NULL REFERENCES segue.rollouts ON DELETE CASCADE,
    step_id text,
    kind text NOT NULL,
    culprit text NOT NULL,
    message text NOT NULL,
    evidence jsonb NOT NULL DEFAULT '[]',
    attempts integer NOT NULL DEFAULT 0,
    began_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at timestamptz
  )`,
  'CREATE UNIQUE INDEX IF NOT EXISTS holds_open ON segue.holds (rollout_id, kind, culprit) WHERE ended_at IS NULL',
];

/** A backfill in ranges with a cursor each, so that several lanes share it; and how it goes. */
const BACKFILL_RANGES: readonly string[] = [
  `ALTER TABLE segue.backfills
    ADD COLUMN IF NOT EXISTS held_ms bigint NOT NULL DEFAULT 0,
    ADD COLUMN IF NOT EXISTS lanes jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN IF NOT EXISTS unseen jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN IF NOT EXISTS bytes_at_start bigint,
    ADD COLUMN IF NOT EXISTS start_xid xid`,
  `CREATE TABLE IF NOT EXISTS segue.backfill_ranges (
    rollout_id uuid NOT NULL,
    step_id text NOT NULL,
    number integer NOT NULL,
    round integer NOT NULL DEFAULT 0,
    kind text NOT NULL CHECK (kind IN ('pages', 'keys')),
    relation text NOT NULL,
    filenode oid,
    from_page bigint NOT NULL DEFAULT 0,
    to_page bigint NOT NULL DEFAULT 0,
    segment_pages integer NOT NULL DEFAULT 1,
    passes integer NOT NULL DEFAULT 1,
    pass integer NOT NULL DEFAULT 0,
    next_page bigint NOT NULL DEFAULT 0,
    next_item integer NOT NULL DEFAULT 0,
    last_key text[],
    end_key text[],
    units_done bigint NOT NULL DEFAULT 0,
    units_total bigint NOT NULL DEFAULT 0,
    rows_seen bigint NOT NULL DEFAULT 0,
    rows_changed bigint NOT NULL DEFAULT 0,
    done boolean NOT NULL DEFAULT false,
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (rollout_id, step_id, number),
    FOREIGN KEY (rollout_id, step_id) REFERENCES segue.backfills ON DELETE CASCADE
  )`,
];

/** That a pass still holds: what the sync was when the rows were compared. */
const CHECK_PROOFS: readonly string[] = ['ALTER TABLE segue.checks ADD COLUMN IF NOT EXISTS proof text'];

/**
 * Keys that open transactions are about to insert into a table with a mirrored unique index: whoever comes with the same
 * one waits for the first.
 */
const NEW_KEYS: readonly string[] = [SEGUE_TABLES.new_keys];

/** The row of a team's own journal that a rollout's first step made: the way back takes out that one and no other. */
const TEAM_RECORDS: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS segue.team_records (
    rollout_id uuid PRIMARY KEY REFERENCES segue.rollouts ON DELETE CASCADE,
    table_schema text NOT NULL,
    table_name text NOT NULL,
    file text NOT NULL,
    row_id text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()
  )`,
];

/**
 * The cursor of a batch by pages, in one call whose plans a session keeps. It must stand where the batch begins: nothing is
 * counted twice, whatever became of an earlier try. SG002 says that the pages that were planned are gone.
 */
const ADVANCE_RANGE: readonly string[] = [
  `CREATE OR REPLACE FUNCTION segue.advance_range(rollout uuid, step text, range_number integer, root text,
  from_pass integer, from_page bigint, from_item integer, to_pass integer, to_page bigint, to_item integer, units bigint, ends boolean)
  RETURNS text LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $segue$
  DECLARE
    seen bigint := current_setting('segue.batch_seen');
    changed bigint := current_setting('segue.batch_changed');
  BEGIN
    UPDATE segue.backfill_ranges r SET pass = advance_range.to_pass, next_page = advance_range.to_page, next_item = to_item,
      units_done = units_done + units, rows_seen = rows_seen + seen, rows_changed = rows_changed + changed,
      done = ends, updated_at = clock_timestamp()
    WHERE r.rollout_id = rollout AND r.step_id = step AND r.number = range_number
      AND r.pass = from_pass AND r.next_page = advance_range.from_page AND r.next_item = from_item
      AND r.filenode = pg_relation_filenode(r.relation::regclass)
      AND (r.relation::regclass = root::regclass OR EXISTS (
        WITH RECURSIVE above AS (
          SELECT inhparent FROM pg_inherits WHERE inhrelid = r.relation::regclass
          UNION SELECT i.inhparent FROM above a JOIN pg_inherits i ON i.inhrelid = a.inhparent
        ) SELECT FROM above WHERE inhparent = root::regclass));
    IF NOT FOUND THEN
      RAISE EXCEPTION 'a table was written anew, or detached, while it was walked' USING ERRCODE = 'SG002';
    END IF;
    RETURN concat(seen, ' ', changed);
  END $segue$`,
];

/**
 * Version k of the schema is the first k lists, run in order. A list that has been released is never changed: a later
 * version appends one, whose statements only add and are idempotent.
 */
const VERSIONS: readonly (readonly string[])[] = [
  FIRST_VERSION,
  HOLDS,
  BACKFILL_RANGES,
  CHECK_PROOFS,
  NEW_KEYS,
  TEAM_RECORDS,
  ADVANCE_RANGE,
];

const VERSIONS_TABLE =
  'CREATE TABLE IF NOT EXISTS segue.schema_versions (version integer PRIMARY KEY, added_at timestamptz NOT NULL DEFAULT clock_timestamp())';

/** The version that this Segue works with. */
export const SEGUE_SCHEMA_VERSION = VERSIONS.length;

/** Advisory lock key under which the schema is made; two first users at once would collide otherwise. */
const SCHEMA_LOCK = 7233948321;

/** Version of schema `segue` in the target; 0 where Segue has never been. Creates nothing. */
export async function segueSchemaVersion(sql: postgres.ISql): Promise<number> {
  const [row] = await sql<{ first: boolean; versioned: boolean }[]>`
    SELECT to_regclass('segue.checks') IS NOT NULL AND to_regproc('segue.fence') IS NOT NULL AS first,
      to_regclass('segue.schema_versions') IS NOT NULL AS versioned`;
  if (row?.versioned !== true) return row?.first === true ? 1 : 0;
  const [latest] = await sql<
    { version: number }[]
  >`SELECT coalesce(max(version), 1) AS version FROM segue.schema_versions`;
  return latest?.version ?? 1;
}

/**
 * Makes sure that schema `segue` is there and up to date: what an earlier commit of Segue left is added to, never
 * changed. Idempotent. Throws `missing_rights` where the role may not create it.
 */
export async function ensureSegueSchema(target: Target): Promise<void> {
  try {
    if ((await segueSchemaVersion(target.sql)) >= VERSIONS.length) return;
    await writeIntent(target, async (tx) => {
      await tx`SELECT pg_advisory_xact_lock(${SCHEMA_LOCK})`;
      const version = await segueSchemaVersion(tx);
      for (const statement of VERSIONS.slice(version).flat()) await tx.unsafe(statement);
      await tx.unsafe(VERSIONS_TABLE);
      await tx`INSERT INTO segue.schema_versions (version) SELECT generate_series(${version + 1}::integer, ${VERSIONS.length}::integer) ON CONFLICT DO NOTHING`;
    });
  } catch (error) {
    throw targetError(error, target);
  }
}

/** True when the target has Segue's schema; creates nothing. */
export async function hasSegueSchema(target: Target): Promise<boolean> {
  try {
    return (await segueSchemaVersion(target.sql)) > 0;
  } catch (error) {
    throw targetError(error, target);
  }
}

/** All of it as one script: for a subscriber that is to have the tables before their first row comes in. */
export function segueSchemaScript(): string {
  return `${[...VERSIONS.flat(), VERSIONS_TABLE].join(';\n')};\n`;
}
