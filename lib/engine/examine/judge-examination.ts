import type {
  Examination,
  ExaminationFinding,
  ExaminedObject,
  ExaminedRollout,
} from '@/lib/core/examination';
import type { Unfinished } from './read-examination';

export interface Examined {
  readonly schema: Examination['schema'];
  readonly rollouts: readonly ExaminedRollout[];
  /** Objects of Segue that belong to no rollout that the database knows. */
  readonly orphans: readonly ExaminedObject[];
  readonly unfinished: readonly Unfinished[];
  readonly sessions: readonly { readonly pid: number; readonly rolloutId: string; readonly since: string }[];
  /** ISO time. */
  readonly now: string;
}

const NO_MORE = { next: null, statements: [] } as const;
const count = (number: number, one: string, many = `${one}s`) => `${number} ${number === 1 ? one : many}`;
const label = (object: ExaminedObject) =>
  `${object.kind} ${object.name}${object.table === null ? '' : ` on ${object.table}`}`;

/** What of an examination a person should know, the worst first. Pure. */
export function judgeExamination(examined: Examined): ExaminationFinding[] {
  const findings = [
    ...judgeSchema(examined),
    ...examined.rollouts.flatMap((rollout) => judgeRollout(rollout, examined.now)),
    ...examined.orphans.map(
      (object): ExaminationFinding => ({
        severity: 'warning',
        rule: object.kind === 'column' ? 'retired_unrecorded' : 'without_owner',
        object: object.table === null ? object.name : `${object.table}.${object.name}`,
        transition: null,
        message: `The ${label(object)} has a name of Segue's and belongs to no transition that this database knows.`,
        next: 'Find out who made it; nothing of Segue needs it any more.',
        statements: [object.removal],
      }),
    ),
    ...examined.unfinished.flatMap((what) => judgeUnfinished(what, examined.rollouts)),
    ...examined.sessions.map((session): ExaminationFinding => {
      const name = examined.rollouts.find((rollout) => rollout.id === session.rolloutId)?.name ?? null;
      return {
        severity: 'warning',
        rule: 'stale_session',
        object: `process ${session.pid}`,
        transition: name,
        message: `Process ${session.pid} works under a lease of "${name ?? session.rolloutId}" that it has lost. It can commit nothing.`,
        next: 'It ends with the next take-over of the lease, or end it by hand.',
        statements: [`SELECT pg_terminate_backend(${session.pid})`],
      };
    }),
  ];
  const order = ['error', 'warning', 'info'];
  return findings.sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}

function judgeSchema({ schema }: Examined): ExaminationFinding[] {
  if (schema.version === 0 || schema.version === schema.known) return [];
  const newer = schema.version > schema.known;
  return [
    {
      severity: newer ? 'error' : 'info',
      rule: newer ? 'schema_newer' : 'schema_older',
      object: 'segue',
      transition: null,
      message: `Schema "segue" has version ${schema.version}; this Segue knows ${schema.known}.`,
      next: newer ? 'Use the newer Segue here.' : 'The next move brings it up to date.',
      statements: [],
    },
  ];
}

const isPresent = (rollout: ExaminedRollout) =>
  (rollout.position > 0 || rollout.moving) && rollout.state !== 'abandoned';

function judgeRollout(rollout: ExaminedRollout, now: string): ExaminationFinding[] {
  const { name } = rollout;
  const about = { transition: name, object: name } as const;
  const findings: ExaminationFinding[] = [];
  if (rollout.state === 'failed')
    findings.push({
      ...about,
      severity: 'error',
      rule: 'failed',
      message: `"${name}" failed: ${rollout.error ?? 'no reason is recorded.'}`,
      next: 'Advance it to retry, or roll it back.',
      statements: [],
    });
  if ((rollout.state === 'running' || rollout.state === 'rolling_back') && !rollout.lease.alive)
    findings.push({
      ...about,
      severity: 'error',
      rule: 'nobody_works',
      message: `"${name}" moves, and nobody works on it: the last heartbeat was at ${rollout.lease.heartbeatAt}.`,
      next: 'Start a worker, or run the same command again: it goes on from where it stopped.',
      statements: [],
    });
  if (rollout.drift.length > 0)
    findings.push({
      ...about,
      severity: 'error',
      rule: 'drift',
      message: `The schema is not what "${name}" expects at its position: ${rollout.drift.slice(0, 5).join('; ')}${rollout.drift.length > 5 ? `; and ${rollout.drift.length - 5} more` : ''}.`,
      next: 'Take the change back, or review it and approve again.',
      statements: [],
    });
  if (rollout.claims.length > 0 && !isPresent(rollout))
    findings.push({
      ...about,
      severity: 'warning',
      rule: 'stale_claim',
      message: `"${name}" is at rest at its start and still holds ${rollout.claims.join(', ')}: other transitions are refused there.`,
      next: 'Advance it, or abandon it.',
      statements: [],
    });
  findings.push(...judgeRetired(rollout, now), ...judgeRecorded(rollout));
  const objects = rollout.objects.filter(
    (object) =>
      object.kind !== 'column' || !rollout.retired.some((column) => column.retiredName === object.name),
  );
  if (!isPresent(rollout) && objects.length > 0)
    findings.push({
      ...about,
      severity: 'warning',
      rule: 'left_behind',
      message: `"${name}" ${rollout.state === 'abandoned' ? 'was abandoned and left' : 'is not under way and has'} ${count(objects.length, 'object')}: ${objects.map(label).join(', ')}.`,
      next: 'Remove them when no code needs both sides any more.',
      statements: objects.map((object) => object.removal),
    });
  return findings;
}

function judgeRetired(rollout: ExaminedRollout, now: string): ExaminationFinding[] {
  return rollout.retired.flatMap((column): ExaminationFinding[] => {
    const object = `${column.table}.${column.retiredName}`;
    const about = { transition: rollout.name, object } as const;
    if (!column.present)
      return [
        {
          ...about,
          ...NO_MORE,
          severity: 'error',
          rule: 'retired_missing',
          message: `"${column.table}" should hold "${column.column}" under its retired name, ${column.retiredName}; the column is not there.`,
          next: 'Somebody dropped it: "Roll back Retire" cannot bring it back without a backup.',
        },
      ];
    if (column.reason === 'kept' || rollout.state === 'abandoned')
      return [
        {
          ...about,
          severity: 'info',
          rule: 'left_behind',
          message: `${object} keeps values of "${column.column}" that exist nowhere else, since ${column.retiredAt.slice(0, 10)}.`,
          next: 'Going forward again brings it back. Drop it when nobody needs the values.',
          statements: [],
        },
      ];
    if (column.expiresAt !== null && column.expiresAt > now) return [];
    return [
      {
        ...about,
        ...NO_MORE,
        severity: 'info',
        rule: 'retired_expired',
        message: `The retention time of ${object} is over: "${column.column}" may be deleted.`,
        next: 'Start Delete when you need no way back.',
      },
    ];
  });
}

function judgeRecorded(rollout: ExaminedRollout): ExaminationFinding[] {
  const about = { transition: rollout.name, object: rollout.name, severity: 'warning' } as const;
  const findings: ExaminationFinding[] = [];
  if (rollout.exceptions > 0)
    findings.push({
      ...about,
      rule: 'exceptions',
      message: `${count(rollout.exceptions, 'value')} of "${rollout.name}" could not be converted and stay where they were written.`,
      next: 'Look at them before Delete.',
      statements: [
        `SELECT * FROM segue.exceptions WHERE transition = '${rollout.name.replaceAll("'", "''")}'`,
      ],
    });
  if (rollout.conflicts > 0)
    findings.push({
      ...about,
      rule: 'conflicts',
      message: `${count(rollout.conflicts, 'statement')} wrote both sides of "${rollout.name}" differently; the leading side won.`,
      next: 'Look at what was lost.',
      statements: [
        `SELECT * FROM segue.conflicts WHERE transition = '${rollout.name.replaceAll("'", "''")}'`,
      ],
    });
  return findings;
}

function judgeUnfinished(what: Unfinished, rollouts: readonly ExaminedRollout[]): ExaminationFinding[] {
  if (what.building) return [];
  const owner = rollouts.find(
    (rollout) => rollout.moving && rollout.objects.some((object) => object.name === what.name),
  );
  const object = `${what.table}.${what.name}`;
  if (what.kind === 'index')
    return [
      {
        severity: 'warning',
        rule: 'invalid_index',
        object,
        transition: owner?.name ?? null,
        message: `The index ${what.name} on ${what.table} is invalid: a build was interrupted. It costs every write and serves no query.`,
        next: 'A transition that builds it drops it and builds it again; else drop it.',
        statements: [what.statement],
      },
    ];
  return [
    {
      severity: 'info',
      rule: 'not_valid_constraint',
      object,
      transition: owner?.name ?? null,
      message: `The constraint ${what.name} on ${what.table} was never validated: rows from before it may break it.`,
      next:
        owner === undefined ? 'Validate it when the rows are right.' : 'The phase that runs validates it.',
      statements: [what.statement],
    },
  ];
}
