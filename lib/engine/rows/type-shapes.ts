import type { Target } from '../target';

/** What values of a type look like, as far as it needs to be known to make some. */
export interface TypeShape {
  /** The name of the type that decides: of a domain the one beneath, of an array that of its elements; in pg_catalog without schema. */
  readonly base: string;
  /** The modifier's numbers: length, or precision and scale. */
  readonly modifiers: readonly number[];
  readonly array: boolean;
  /** Of an enum. */
  readonly labels: readonly string[];
  readonly domain: boolean;
}

interface Row {
  readonly type: string;
  readonly base: string;
  readonly array: boolean;
  readonly domain: boolean;
  readonly labels: string | null;
}

const SHAPES = `
WITH RECURSIVE used AS (
  SELECT DISTINCT a.atttypid AS oid, a.atttypmod AS typmod, format_type(a.atttypid, a.atttypmod) AS type FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'segue')
), down AS (
  SELECT type, oid, typmod, false AS domain, false AS "array" FROM used
  UNION ALL
  SELECT d.type, CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.typelem END, CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE d.typmod END, d.domain OR t.typtype = 'd', d."array" OR t.typtype <> 'd'
  FROM down d JOIN pg_type t ON t.oid = d.oid WHERE t.typtype = 'd' OR (t.typelem <> 0 AND t.typcategory = 'A')
)
SELECT DISTINCT ON (d.type) d.type, format_type(d.oid, d.typmod) AS base, d."array", d.domain,
  (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder)::text FROM pg_enum e WHERE e.enumtypid = d.oid) AS labels
FROM down d JOIN pg_type t ON t.oid = d.oid WHERE NOT (t.typtype = 'd' OR (t.typelem <> 0 AND t.typcategory = 'A'))`;

/** The shapes of all types that columns of the application have, by the type's full name. */
export async function readTypeShapes(target: Target): Promise<ReadonlyMap<string, TypeShape>> {
  const rows = await target.sql.unsafe<Row[]>(SHAPES);
  return new Map(
    rows.map(({ type, base, array, domain, labels }) => {
      const [, written = ''] = /\(([\d, ]+)\)/.exec(base) ?? [];
      return [
        type,
        {
          base: base.replace(/\([\d, ]+\)/, ''),
          modifiers: written === '' ? [] : written.split(',').map(Number),
          array,
          domain,
          labels: labels === null ? [] : (JSON.parse(labels) as string[]),
        },
      ];
    }),
  );
}
