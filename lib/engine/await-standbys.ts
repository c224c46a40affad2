import type { CheckResult } from '@/lib/core/check-result';
import { SegueError } from '@/lib/core/errors';
import type { HoldReason } from '@/lib/core/hold';
import type { Phase } from '@/lib/core/plan';
import { saveCheck } from './checks/run-check';
import { readHolds } from './holds';
import type { MoveContext } from './move-context';
import { fenced, openMove } from './move-state';
import type { Target } from './target';

const LOOK_MS = 250;
const CHECK_ID = 'standbys_replayed';

interface Standby {
  readonly standby: string;
  /** null: this role may not see it. */
  readonly behind: number | null;
  /** False: it is known by its slot alone. */
  readonly connected: boolean;
}

/**
 * Waits until every standby has replayed what the phase did: a reader there would else meet the schema of before. Shown
 * as a hold with the standby's name; given up after the rollout's `standbyWaitMs`, when a person decides. Whether it was
 * so is recorded as an exit check. One that lost its connection is known by its slot. Logical subscribers are no standbys,
 * nor is what only receives WAL and replays none (pg_receivewal). May be called again after an interruption.
 */
export async function awaitStandbys(context: MoveContext, phase: Phase): Promise<void> {
  const waitMs = context.settings().standbyWaitMs;
  const session = context.lease.session;
  const { acknowledged } = await openMove(context.lease);
  const accepted = acknowledged.some((id) => id === CHECK_ID || id === '*');
  const lsn = (await waitedFor(context)) ?? (await currentLsn(context));
  for (;;) {
    const standbys = await readStandbys(session, lsn);
    const late = standbys.filter(({ behind }) => behind !== null && behind > 0);
    const unseen = standbys.filter(({ behind }) => behind === null).length;
    if (late.length === 0 || waitMs === 0 || accepted) {
      await context.goOn();
      if (standbys.length > 0) await record(context, phase, standbys, late, unseen, true);
      return;
    }
    await context.checkpoint();
    await context.hold(phase.steps.at(-1)?.id ?? '', [holdReason(late, lsn, waitMs)]);
    if ((await waitedMs(context, lsn)) > waitMs) {
      await record(context, phase, standbys, late, unseen, false);
      throw lateError(late);
    }
    await context.sleep(LOOK_MS);
  }
}

function readStandbys({ sql }: Pick<Target, 'sql'>, lsn: string): Promise<Standby[]> {
  return sql<Standby[]>`
    SELECT coalesce(nullif(r.application_name, ''), host(r.client_addr), 'pid ' || r.pid) AS standby,
      CASE WHEN r.state IS NULL THEN NULL ELSE greatest(0, pg_wal_lsn_diff(${lsn}::text::pg_lsn, coalesce(r.replay_lsn, '0/0')))::double precision END AS behind,
      true AS connected
    FROM pg_stat_replication r
    WHERE coalesce(r.state, '') <> 'backup' AND (r.replay_lsn IS NOT NULL OR r.flush_lsn IS NULL)
      AND NOT EXISTS (SELECT 1 FROM pg_replication_slots s WHERE s.active_pid = r.pid AND s.slot_type = 'logical')
    UNION ALL
    SELECT s.slot_name::text, pg_wal_lsn_diff(${lsn}::text::pg_lsn, s.restart_lsn)::double precision, false
    FROM pg_replication_slots s
    WHERE s.slot_type = 'physical' AND NOT s.active AND NOT s.temporary AND s.restart_lsn < ${lsn}::text::pg_lsn AND s.wal_status <> 'lost'
    ORDER BY 1`;
}

/** So many are told one by one. */
const NAMED = 3;

function holdReason(late: readonly Standby[], lsn: string, waitMs: number): HoldReason {
  const each = late
    .slice(0, NAMED)
    .map(({ standby, behind, connected }) =>
      connected
        ? `the standby ${standby} has not replayed it yet, ${Math.ceil((behind ?? 0) / 1024).toLocaleString('en')} kB are left`
        : `the standby of the slot ${standby} is not connected: it has not replayed it yet`,
    );
  const more = late.length > NAMED ? `; and ${late.length - NAMED} more` : '';
  const unused = late.some(({ connected }) => !connected)
    ? ' If nobody uses the slot any more, drop it.'
    : '';
  return {
    kind: 'standby',
    culprit: late.map(({ standby }) => standby).join(', '),
    message: `${each.join('; ')}${more}.${unused} After ${waitMs / 1000} s Segue asks you.`,
    evidence: late.map((standby) => ({ ...standby, until: lsn })),
  };
}

/** The place in the WAL that an earlier slice waited for: a new one each time would never be reached. */
async function waitedFor(context: MoveContext): Promise<string | null> {
  const hold = (await readHolds(context.lease.session, context.lease.rolloutId)).find(
    ({ kind }) => kind === 'standby',
  );
  const until = hold?.evidence[0]?.until;
  return typeof until === 'string' ? until : null;
}

/**
 * For how long this place has been waited for, by the server's clock alone; not how long the present hold is old, for it begins anew
 * with each standby that comes, goes or catches up.
 */
async function waitedMs({ lease }: MoveContext, lsn: string): Promise<number> {
  const [row] = await lease.session.sql<{ ms: number | null }[]>`
    SELECT (extract(epoch FROM clock_timestamp() - min(began_at)) * 1000)::double precision AS ms FROM segue.holds
    WHERE rollout_id = ${lease.rolloutId} AND kind = 'standby' AND evidence -> 0 ->> 'until' = ${lsn}`;
  return row?.ms ?? 0;
}

async function currentLsn(context: MoveContext): Promise<string> {
  const [row] = await context.lease.session.sql<
    { lsn: string }[]
  >`SELECT pg_current_wal_insert_lsn()::text AS lsn`;
  return row?.lsn ?? '0/0';
}

async function record(
  context: MoveContext,
  phase: Phase,
  standbys: readonly Standby[],
  late: readonly Standby[],
  unseen: number,
  acknowledged: boolean,
): Promise<void> {
  const names = late.map(({ standby }) => standby).join(', ');
  const hidden =
    unseen === 0 ? '' : ` ${unseen} more cannot be seen by Segue’s role (GRANT pg_read_all_stats).`;
  const result: CheckResult = {
    id: CHECK_ID,
    title: 'Every standby has replayed it',
    moment: 'exit',
    phase: phase.number,
    outcome: late.length > 0 ? 'inconclusive' : unseen > 0 ? 'warning' : 'pass',
    summary:
      late.length > 0
        ? `Not yet: ${names}.${hidden}`
        : `${standbys.length - unseen} of ${standbys.length} have.${hidden}`,
    evidence: standbys.map((standby) => ({ ...standby })),
    acknowledged: late.length > 0 && acknowledged,
    at: new Date().toISOString(),
  };
  await fenced(context.lease, (tx) => saveCheck(tx, context.lease.rolloutId, result));
  await context.emit({ type: 'check', check: result });
}

function lateError(late: readonly Standby[]): SegueError {
  const names = late.map(({ standby }) => standby).join(', ');
  return new SegueError(
    'check_inconclusive',
    `Every standby has replayed it: ${names} ${late.length === 1 ? 'has' : 'have'} not.`,
    {
      object: CHECK_ID,
      next: 'See why it is behind, then retry. Or accept it, or set the wait to 0: readers there then see the schema of before for a while.',
      evidence: { standbys: late },
    },
  );
}
