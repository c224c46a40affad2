import type postgres from 'postgres';
import { dumpCatalog as dumpSchemas } from '@/lib/engine/prove/dump-catalog';

/** One schema of the application as lines, as a superuser sees it. */
export const dumpCatalog = (superuser: postgres.Sql, schema = 'public'): Promise<string[]> =>
  dumpSchemas(superuser, [schema]);

/** What Segue has in the database beside its journal tables: functions, triggers, constraints, columns by its names. */
export async function segueLeftovers(superuser: postgres.Sql): Promise<string[]> {
  const rows = await superuser<{ what: string }[]>`
    SELECT 'function ' || p.oid::regprocedure AS what FROM pg_proc p WHERE p.pronamespace = to_regnamespace('segue') AND p.proname NOT IN ('fence', 'advance_range')
    UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger WHERE tgname ~ 'segue' AND NOT tgisinternal
    UNION ALL SELECT 'constraint ' || conname FROM pg_constraint c WHERE conname ~ 'segue' AND c.connamespace <> to_regnamespace('segue')
    UNION ALL SELECT 'column ' || attrelid::regclass || '.' || attname FROM pg_attribute WHERE attname ~ '^segue_' AND NOT attisdropped
    UNION ALL SELECT 'index ' || relname FROM pg_class WHERE relkind = 'i' AND relname ~ 'segue' AND relnamespace <> to_regnamespace('segue') AND relnamespace <> 'pg_toast'::regnamespace
    ORDER BY 1`;
  return rows.map((row) => row.what);
}
