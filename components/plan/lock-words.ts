import { LOCK_MODES, type LockMode, type Phase, type Step } from '@/lib/core/plan';
import { type PauseSettings, pauseMs } from '@/lib/core/rollout';

/** What a lock mode means for the application, in its worst moment. */
export function lockInWords(mode: LockMode): string {
  switch (mode) {
    case 'ACCESS EXCLUSIVE':
      return 'reads and writes wait while it is held';
    case 'EXCLUSIVE':
    case 'SHARE ROW EXCLUSIVE':
    case 'SHARE':
      return 'writes wait while it is held, reads go on';
    case 'SHARE UPDATE EXCLUSIVE':
      return 'reads and writes go on; other schema changes wait';
    case 'ROW EXCLUSIVE':
    case 'ROW SHARE':
    case 'ACCESS SHARE':
      return 'reads and writes go on';
  }
}

const NOBODY = 'Blocks nobody.';
const BLOCKING_FROM = LOCK_MODES.indexOf('SHARE');

/** True where a step can make the application's queries wait at all. */
export function canPause(step: Pick<Step, 'locks' | 'ownSql'>): boolean {
  return (
    step.ownSql?.locksUnknown === true ||
    step.locks.some((lock) => LOCK_MODES.indexOf(lock.mode) >= BLOCKING_FROM)
  );
}

/** Tables on which a phase may pause queries, each once, as people write them. */
function pausedTables(phase: Pick<Phase, 'steps'>, direction: 'forward' | 'back'): readonly string[] {
  const names = phase.steps.flatMap((step) =>
    (direction === 'forward' ? step.locks : step.undoLocks)
      .filter((lock) => LOCK_MODES.indexOf(lock.mode) >= BLOCKING_FROM)
      .map((lock) => lock.relation.replace(/^public\./, '')),
  );
  return [...new Set(names)];
}

/** What a phase, or its way back, does to the application's queries; it does not promise what it cannot know. */
export function phasePause(
  phase: Pick<Phase, 'steps'>,
  direction: 'forward' | 'back',
  settings: PauseSettings,
): string {
  const known = pauseInWords(pausedTables(phase, direction), settings);
  if (!phase.steps.some((step) => step.ownSql?.locksUnknown === true)) return known;
  const unknown = `What your SQL locks is not known: it gives up when it waits or runs longer than ${settings.maxPauseMs} ms.`;
  return known === NOBODY ? unknown : `${known} ${unknown}`;
}

/** "May pause queries on customers up to 400 ms.", table by table where they differ, or "Blocks nobody." */
export function pauseInWords(tables: readonly string[], settings: PauseSettings): string {
  if (tables.length === 0) return NOBODY;
  const byPause = new Map<number, string[]>();
  for (const table of tables) {
    const pause = pauseMs(settings, [table.includes('.') ? table : `public.${table}`]);
    byPause.set(pause, [...(byPause.get(pause) ?? []), table]);
  }
  const parts = [...byPause].map(([pause, names]) => `on ${listOf(names)} up to ${pause} ms`);
  return `May pause queries ${listOf(parts)}.`;
}

function listOf(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length <= 1 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
