import type { LockMode } from '@/lib/core/lock-mode';
import { LOCK_MODES } from '@/lib/core/lock-mode';
import type { StatementEffects } from './step-effects';

/** Work in proportion to a table while its writers, or all of its users, wait. */
export interface StrongWork {
  readonly statement: string;
  /** "schema.table" */
  readonly relation: string;
  readonly work: 'rewrites' | 'reads' | 'builds';
  /** Whose wait it is: the strongest lock that the transaction holds meanwhile, and on what. */
  readonly lock: LockMode;
  readonly locked: string;
}

const SHARE = LOCK_MODES.indexOf('SHARE');
const strength = (mode: LockMode): number => LOCK_MODES.indexOf(mode);

/**
 * The work that a step's statements do under a strong lock: one of their own, or one that the transaction holds since an earlier statement.
 * Pure.
 */
export function strongWork(effects: readonly StatementEffects[], transactional: boolean): StrongWork[] {
  const held = new Map<string, LockMode>();
  return effects.flatMap(({ statement, locks, rewrites, scans, builds }) => {
    if (!transactional) held.clear();
    for (const { relation, mode } of locks) {
      const known = held.get(relation);
      if (known === undefined || strength(mode) > strength(known)) held.set(relation, mode);
    }
    const [strongest] = [...held].sort(([, a], [, b]) => strength(b) - strength(a));
    if (strongest === undefined || strength(strongest[1]) < SHARE) return [];
    const of = (relations: readonly string[], work: StrongWork['work']) =>
      relations.map((relation) => ({ statement, relation, work, lock: strongest[1], locked: strongest[0] }));
    const rewritten = of(rewrites, 'rewrites');
    return [
      ...rewritten,
      ...of(scans, 'reads'),
      ...of(
        builds.filter((relation) => !rewrites.includes(relation)),
        'builds',
      ),
    ];
  });
}
