import type { SegueError } from '@/lib/core/errors';
import type { MoveContext } from '../../move-context';
import { retainedTooMuch } from './hold-reasons';
import type { LoadSample } from './load-sample';

/**
 * Why an index build has to stop: a replication slot keeps more WAL than the settings allow, and the build writes more of it.
 * null: none does. Reads only.
 */
export async function retainedWalStop({ lease, settings }: MoveContext): Promise<SegueError | null> {
  const { stopRetainedWalMb } = settings();
  if (stopRetainedWalMb === 0) return null;
  const slots = await lease.session.sql<LoadSample['slots'][number][]>`
    SELECT slot_name::text AS name, active, round(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn) / 1048576)::double precision AS "retainedMb"
    FROM pg_replication_slots WHERE restart_lsn IS NOT NULL`;
  return retainedTooMuch(slots, stopRetainedWalMb, 'the index is built anew');
}
