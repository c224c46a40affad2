import type { TransitionSpec } from '@/lib/core/operation';
import type { Plan } from '@/lib/core/plan';
import type { ProofReport } from '@/lib/core/proof';
import type { SchemaSource } from '@/lib/core/schema-source';
import type { TargetOptions } from '@/lib/engine/target';

/** What a proof process is told by the worker that started it. */
export interface ProofJob {
  /** The database of the transition: its catalog is read, nothing else. */
  readonly target: Pick<TargetOptions, 'url' | 'tls'>;
  /** The schema as it was kept before the first phase; null: the database is still as it was. */
  readonly schema: SchemaSource | null;
  /** The migration file. */
  readonly raw: string;
  readonly spec: TransitionSpec;
  /** The plan as it is reviewed. */
  readonly plan: Plan;
}

/** What it answers, once. */
export interface ProofAnswer {
  readonly report: ProofReport;
  /** For the log; the report says it in the person's words. */
  readonly fault?: string;
}
