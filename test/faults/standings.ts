import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type postgres from 'postgres';
import { type Snapshot, sameSnapshot, takeSnapshot } from './snapshot';
import type { World } from './world';

/** Where the records say that a move stands. */
interface Place {
  /** By its steps: these say what the catalog is. */
  readonly steps: string;
  /** And by its cursors: these say what is in the rows. */
  readonly cursors: string;
}

/**
 * What was there at each place of a journey without faults. Wherever a fault throws the worker out, what is in the database has to be
 * what its records say: a step and its record, a batch and its cursor are there together or not at all.
 */
export interface Standings {
  /** In the journey without: what is there now, between two pieces of work. */
  note(world: World, leg: number): Promise<void>;
  /** In one with faults, while nobody works. Throws where records and database disagree. */
  check(world: World, leg: number): Promise<void>;
}

async function placeOf(sql: postgres.Sql, leg: number): Promise<Place> {
  const [row] = await sql<{ steps: string; cursors: string }[]>`
    SELECT
      (SELECT coalesce(string_agg(step_id || ' ' || direction || ' ' || attempt || ' ' || state, ', ' ORDER BY step_id, direction, attempt), '') FROM segue.steps) AS steps,
      (SELECT coalesce(string_agg(concat_ws(' ', step_id, number, last_key, pass, next_page, next_item, rows_changed, done), ', ' ORDER BY step_id, number), '') FROM segue.backfill_ranges)
        || (SELECT coalesce(string_agg(step_id || ' ' || rows_changed || ' ' || done, ', ' ORDER BY step_id), '') FROM segue.backfills) AS cursors`;
  assert.ok(row);
  const steps = `leg ${leg}: ${row.steps}`;
  return { steps, cursors: `${steps}; ${row.cursors}` };
}

/** For one subject. */
export function openStandings(): Standings {
  const catalogs = new Map<string, Snapshot>();
  /** Null where the cursors do not say it: rows are put back by what is kept of them, which is gone from there with each batch. */
  const rows = new Map<string, Snapshot | null>();
  const look = async (world: World, leg: number) => {
    const place = await placeOf(world.superuser, leg);
    const whole = await takeSnapshot(world.superuser, world.subject, world.database.name);
    return { place, whole: { ...whole, records: [] } };
  };
  return {
    note: async (world, leg) => {
      const { place, whole } = await look(world, leg);
      const catalog = { ...whole, rows: [] };
      const before = catalogs.get(place.steps);
      if (before !== undefined) sameSnapshot(catalog, before, `again at ${place.steps}`);
      catalogs.set(place.steps, catalog);
      const known = rows.get(place.cursors);
      rows.set(place.cursors, known === undefined || isDeepStrictEqual(known, whole) ? whole : null);
    },
    check: async (world, leg) => {
      const { place, whole } = await look(world, leg);
      const catalog = catalogs.get(place.steps);
      if (catalog !== undefined) sameSnapshot({ ...whole, rows: [] }, catalog, `at ${place.steps}`);
      const all = rows.get(place.cursors);
      if (all !== undefined && all !== null) sameSnapshot(whole, all, `at ${place.cursors}`);
    },
  };
}
