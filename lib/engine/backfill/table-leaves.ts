import type postgres from 'postgres';
import type { BackfillWork } from '@/lib/core/plan';
import { quoteName } from '@/lib/core/sql-text';
import type { Leaf } from './plan-ranges';

/** What a walk needs to know of the tables that hold the rows. */
export interface TableLeaf extends Leaf {
  readonly rows: number;
  /** A partition, or a child by inheritance, not the table itself. */
  readonly isPart: boolean;
  /** False: not a heap, so its rows cannot be taken by page. */
  readonly hasPages: boolean;
  readonly liesInKeyOrder: boolean;
}

/** Rows whose key follows the disk this closely are in key order for the purpose of taking locks. */
const IN_ORDER = 0.95;

/** The table itself, or each of its partitions, with its size now. Foreign tables hold no rows of ours. */
export async function tableLeaves(sql: postgres.ISql, work: BackfillWork): Promise<TableLeaf[]> {
  const rows = await sql<
    {
      relation: string;
      filenode: string;
      pages: number;
      rows: number;
      is_part: boolean;
      per_page: number | null;
      am: string;
      indexed: boolean;
      correlation: number | null;
    }[]
  >`
    WITH RECURSIVE family AS (
      SELECT ${quoteName(work.table)}::regclass::oid AS oid
      UNION SELECT i.inhrelid FROM family f JOIN pg_inherits i ON i.inhparent = f.oid
    )
    SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS relation, pg_relation_filenode(c.oid)::text AS filenode,
      (pg_relation_size(c.oid) / current_setting('block_size')::bigint)::float8 AS pages,
      greatest(c.reltuples, 0)::float8 AS rows, c.oid <> ${quoteName(work.table)}::regclass AS is_part,
      CASE WHEN c.relpages > 0 AND c.reltuples > 0 THEN (c.reltuples / c.relpages)::float8 END AS per_page,
      m.amname AS am,
      EXISTS (SELECT 1 FROM pg_depend d JOIN pg_index i ON i.indexrelid = d.objid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
        WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND a.attname = ${work.column}) AS indexed,
      (SELECT s.correlation::float8 FROM pg_stats s WHERE s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = ${work.key[0]?.name ?? ''} LIMIT 1) AS correlation
    FROM family f JOIN pg_class c ON c.oid = f.oid JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_am m ON m.oid = c.relam
    WHERE c.relkind = 'r' ORDER BY c.oid`;
  return rows.map((row) => ({
    relation: row.relation,
    filenode: row.filenode,
    pages: row.pages,
    rows: row.rows,
    isPart: row.is_part,
    // A table that was never analyzed: a guess that makes the first batches small.
    rowsPerPage: row.per_page ?? 100,
    staysInPage: !row.indexed,
    hasPages: row.am === 'heap',
    liesInKeyOrder: (row.correlation ?? 0) >= IN_ORDER,
  }));
}
