import type { TransitionSpec } from '@/lib/core/operation';
import type { Plan } from '@/lib/core/plan';
import type { PlanOptions } from '@/lib/engine/plan-transition';
import type { MigrationView } from '@/lib/views/migration-view';
import { planOn } from '../plan-on';
import { migrationDraft, type PlannedDraft } from './migration-draft';
import type { MigrationInput } from './migration-input';
import { migrationView } from './migration-view';
import type { ReadingPlace } from './understand-migration';

interface Inputs {
  readonly view: MigrationInput;
  readonly draft: MigrationInput;
  readonly plan: { readonly spec: TransitionSpec; readonly options: PlanOptions };
}

interface Results {
  readonly view: MigrationView;
  readonly draft: PlannedDraft;
  readonly plan: Plan;
}

export type ReadingKind = keyof Inputs;

/** What is to be read or planned, as data: another process can do it too. */
export interface Reading<K extends ReadingKind> {
  readonly kind: K;
  readonly input: Inputs[K];
}

export type ReadingResult<K extends ReadingKind> = Results[K];

const READINGS: {
  readonly [K in ReadingKind]: (place: ReadingPlace, input: Inputs[K]) => Promise<Results[K]>;
} = {
  view: migrationView,
  draft: migrationDraft,
  plan: ({ ask }, { spec, options }) => ask((target) => planOn(target, spec, options)),
};

/** Does a reading, with the processor of whoever calls. */
export const doReading = <K extends ReadingKind>(
  place: ReadingPlace,
  { kind, input }: Reading<K>,
): Promise<ReadingResult<K>> => READINGS[kind](place, input);
