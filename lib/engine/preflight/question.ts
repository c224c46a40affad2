import type { Blocker } from '@/lib/core/blocker';
import type { Phase, Plan, Step } from '@/lib/core/plan';
import type { Direction } from '@/lib/core/rollout';
import type { RelationName } from '@/lib/core/sql-text';
import type { Finding } from '../checks/run-check';
import type { Target } from '../target';

/** What a preflight question may look at. */
export interface PreflightScope {
  readonly target: Target;
  readonly rolloutId: string;
  readonly plan: Plan;
  readonly phase: Phase;
  /** Which way the phase is gone through. */
  readonly direction: Direction;
  /** Those that hold the plan's tables, their partitions or partners: read once for all questions. */
  readonly blockers: readonly Blocker[];
}

/** One question before a phase. null: it does not arise. Reads only, and quickly: it is asked for the page too. */
export interface PreflightQuestion {
  readonly id: string;
  readonly title: string;
  ask(scope: PreflightScope): Promise<Finding | null>;
}

/** What a step runs, going that way. */
export function statementsOf(step: Step, direction: Direction): readonly string[] {
  return direction === 'forward' ? step.sql : step.undo;
}

/** Indexes that the phase builds, going that way: back, those that it had dropped or used up. */
export function buildsIn({ phase, direction }: PreflightScope): NonNullable<Step['index']>[] {
  return phase.steps.flatMap((step) => {
    const again = step.kind === 'drop_index' || step.restores !== undefined;
    return step.index !== undefined && (direction === 'forward' || again) ? [step.index] : [];
  });
}

/** The plan's own tables, as the catalog's names. */
export function ownTables(scope: PreflightScope): readonly RelationName[] {
  return scope.plan.tables;
}

/** "A", "A and B", "A, B and 2 more". */
export function listed(names: readonly string[]): string {
  if (names.length <= 2) return names.join(' and ');
  if (names.length === 3) return `${names[0]}, ${names[1]} and ${names[2]}`;
  return `${names[0]}, ${names[1]} and ${names.length - 2} more`;
}

/** "3.2 GB". */
export function bytesInWords(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value >= 10 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
