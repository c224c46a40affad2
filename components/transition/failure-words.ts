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

/** Whether the application suffers from what stopped a phase, which had `begun` or not, as far as Segue can know. */
export function effectOnApplication(
  error: Failure,
  codeNow: TransitionLive['codeNow'],
  begun: boolean,
): string {
  if (error.code === 'connection_failed' || error.code === 'connection_lost')
    return 'Segue cannot reach the database, and so cannot tell. It changed nothing that your application needs.';
  if (failedChecks(error.evidence).some((id) => APART.test(id)))
    return 'Perhaps: the old and the new column may hold different values in some rows, so that old and new code read different things. The check below names them.';
  const works = [
    codeNow.old === 'works' ? 'old code' : null,
    codeNow.new === 'works' ? 'new code' : null,
  ].filter((code) => code !== null);
  const what = begun ? 'The step that failed was undone as a whole' : 'Nothing was changed';
  return `No. ${what}${works.length > 0 ? `; ${works.join(' and ')} can go on reading and writing.` : '.'}`;
}
