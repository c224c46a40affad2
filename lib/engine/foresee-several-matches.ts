import type { CheckWork, Finding, Plan } from '@/lib/core/plan';
import { SEVERAL_MATCHES } from '@/lib/core/rows-update';
import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import { messageOf, sqlStateOf, type Target, targetError } from './target';

/** Longest time, in ms, that one question about rows may take while a plan is made. */
const LOOK_MS = 1000;
const TOO_LONG = '57014';
/** Rows that are named. */
const SHOWN = 3;

type Violations = Extract<CheckWork, { kind: 'violations' }>;

/**
 * Looks now for rows that an UPDATE … FROM would give several values, which the check before Sync would find only then, and says it in the plan's
 * findings. Reads only, for a second at most for each; where that is too short, or the tables cannot be read, the finding says that the check is left
 * to Sync. `resting`: operations about rows that are not there yet. The digest stays as it is.
 */
export async function foreseeSeveralMatches(
  target: Target,
  plan: Plan,
  resting: ReadonlySet<number>,
): Promise<Plan> {
  const looks = plan.phases
    .flatMap(({ entryChecks }) => entryChecks)
    .flatMap(({ id, work }) => {
      const [number = '', slug] = id.split('.');
      const operation = Number(number) - 1;
      return slug === SEVERAL_MATCHES && work.kind === 'violations' && !resting.has(operation)
        ? [{ operation, work }]
        : [];
    });
  const found = new Map<number, Pick<Finding, 'severity' | 'message'>>();
  for (const { operation, work } of looks) found.set(operation, sayOf(work, await look(target, work)));
  return {
    ...plan,
    findings: plan.findings.map((finding) => {
      const now = finding.operation === null ? undefined : found.get(finding.operation);
      return finding.rule !== 'several-matches' || now === undefined
        ? finding
        : { ...finding, severity: now.severity, message: `${now.message} ${finding.message}` };
    }),
  };
}

/** Keys of such rows, one more than are shown, or why there is no answer. */
async function look(target: Target, { table, key, where }: Violations): Promise<readonly string[] | string> {
  const shown = key.map(({ name }) => `t.${quoteIdent(name)}::text`).join(', ');
  try {
    return await target.sql.begin('read only', async (tx) => {
      await tx.unsafe(`SET LOCAL lock_timeout = 100; SET LOCAL statement_timeout = ${LOOK_MS}`);
      const rows = await tx.unsafe<{ key: string }[]>(
        `SELECT concat_ws(', ', ${shown}) AS key FROM ${quoteName(table)} AS t WHERE ${where} LIMIT ${SHOWN + 1}`,
      );
      return rows.map((row) => row.key);
    });
  } catch (error) {
    const state = sqlStateOf(error);
    if (state === null) throw targetError(error, target);
    return state === TOO_LONG ? `it takes longer than ${LOOK_MS / 1000} s` : messageOf(error);
  }
}

function sayOf(
  { table, key }: Violations,
  rows: readonly string[] | string,
): Pick<Finding, 'severity' | 'message'> {
  if (typeof rows === 'string')
    return {
      severity: 'warning',
      message: `Whether rows are given several values now could not be told (${rows}): Sync looks before it begins.`,
    };
  if (rows.length === 0)
    return {
      severity: 'info',
      message: `Looked at now: no row of ${table.schema}.${table.name} is given several values.`,
    };
  const names = key.map(({ name }) => name).join(', ');
  const each = rows.slice(0, SHOWN).map((row) => `(${row})`);
  return {
    severity: 'error',
    message: `Rows of ${table.schema}.${table.name} are given several values now, so that Sync would not begin: ${names} ${each.join(', ')}${rows.length > SHOWN ? ' and more' : ''}.`,
  };
}
