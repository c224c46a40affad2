import type { TransitionLive } from '@/lib/views/transition-view';

type Failure = Pick<NonNullable<TransitionLive['error']>, 'code' | 'evidence'>;

/** Checks that say that the two sides may have come apart, by the last part of their id. */
const APART = /(^|\.)(agree|still_agree|agree_before_retire|agree_before_delete|sync_in_place)$/;

function failedChecks(evidence: Failure['evidence']): string[] {
  const checks = evidence?.checks;
  if (!Array.isArray(checks)) return [];
  return checks.flatMap((check: unknown) =>
    typeof check === 'object' && check !== null && 'id' in check && typeof check.id === 'string'
      ? [check.id]
      : [],
  );
}

const BY_CHECK = new Set(['check_failed', 'check_inconclusive', 'would_lose_values']);

function whatStopped({ code }: Failure, copying: boolean): string {
  if (BY_CHECK.has(code)) return 'A check stopped it, and checks change nothing';
  return copying ? 'Copying stopped after a whole batch' : 'The step that failed was undone as a whole';
}

/**
 * Whether the application suffers from what stopped a phase, which had `begun` or not, as far as Segue can know. While it
 * was `copying` rows, whole batches stay.
 */
export function effectOnApplication(
  error: Failure,
  codeNow: TransitionLive['codeNow'],
  begun: boolean,
  copying = false,
): string {
  if (error.code === 'connection_failed' || error.code === 'connection_lost')
    return 'Segue cannot reach the database, and so cannot tell. It changed nothing that your application needs.';
  if (failedChecks(error.evidence).some((id) => APART.test(id)))
    return 'Perhaps: the old and the new column may hold different values in some rows, so that old and new code read different things. The check below names them.';
  const works = [
    codeNow.old === 'works' ? 'old code' : null,
    codeNow.new === 'works' ? 'new code' : null,
  ].filter((code) => code !== null);
  const what = begun ? whatStopped(error, copying) : 'Nothing was changed';
  return `No. ${what}${works.length > 0 ? `; ${works.join(' and ')} can go on reading and writing.` : '.'}`;
}

const isRow = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** "blocksNow", "waits_for": as words. */
const keyInWords = (key: string): string => key.replace(/[A-Z]/g, ' $&').replaceAll('_', ' ').toLowerCase();

function valueInWords(value: unknown): string {
  if (typeof value === 'number') return String(Number(value.toFixed(1)));
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** One line a row: "pid 4711 · user app · state active". What only machines read is left out. */
const rowInWords = (row: Record<string, unknown>): string =>
  Object.entries(row)
    .filter(([key, value]) => value !== null && value !== '' && !/(backend|transaction)Start$/.test(key))
    .map(([key, value]) => `${keyInWords(key)} ${valueInWords(value)}`)
    .join(' · ');

/** What a failure brought along, as name and text. */
export function evidenceInWords(evidence: Failure['evidence']): readonly (readonly [string, string])[] {
  return Object.entries(evidence ?? {}).map(([key, value]) => [
    keyInWords(key),
    Array.isArray(value) && value.length > 0 && value.every(isRow)
      ? value.map(rowInWords).join('\n')
      : valueInWords(value),
  ]);
}
