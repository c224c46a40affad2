import type postgres from 'postgres';
import { SegueError } from '@/lib/core/errors';
import { quoteIdent } from '@/lib/core/sql-text';
import { segueSchemaVersion } from './segue-schema';

const CHECK_ID = 'preflight.publications';

/**
 * Publications FOR ALL TABLES, where Segue's schema is not there yet: its tables would be published with their first row, and
 * a subscriber that lacks them stops. [] where there is no such publication, or the schema is there already.
 */
export async function unpublishedSchema(sql: postgres.ISql): Promise<string[]> {
  if ((await segueSchemaVersion(sql)) > 0) return [];
  const rows = await sql<{ name: string }[]>`
    SELECT pubname::text AS name FROM pg_publication WHERE puballtables AND (pubinsert OR pubupdate OR pubdelete) ORDER BY 1`;
  return rows.map(({ name }) => name);
}

/** One sentence for a person. */
export function publishesEverything(publication: string): string {
  return `${quoteIdent(publication)} publishes all tables, so Segue’s own too: a subscriber stops at their first row until it has them. Make them there first with the SQL that "segue schema-sql" prints; its rows are not copied.`;
}

/** Throws `check_inconclusive` where a person has not accepted that Segue's own tables are published. Before the schema is made. */
export async function refusePublishedSchema(
  sql: postgres.ISql,
  acknowledged: readonly string[],
): Promise<void> {
  if (acknowledged.some((id) => id === CHECK_ID || id === '*')) return;
  const [publication] = await unpublishedSchema(sql);
  if (publication === undefined) return;
  throw new SegueError('check_inconclusive', publishesEverything(publication), {
    object: CHECK_ID,
    next: `Then accept ${CHECK_ID}.`,
    evidence: {
      checks: [
        {
          id: CHECK_ID,
          title: 'Subscribers are ready',
          summary: publishesEverything(publication),
          evidence: [],
        },
      ],
    },
  });
}
