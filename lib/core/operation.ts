import { z } from 'zod';
import { type MigrationRecord, migrationRecordSchema } from './migration-record';
import { OPERATION_BODIES } from './operation-bodies';
import type { RelationName } from './sql-text';

type Bodies = typeof OPERATION_BODIES;
export type OperationKind = keyof Bodies;
export const OPERATION_KINDS = Object.keys(OPERATION_BODIES) as readonly OperationKind[];

type Entry = { [K in OperationKind]: { readonly [P in K]: z.output<Bodies[K]> } }[OperationKind];
type EntryInput = { [K in OperationKind]: { readonly [P in K]: z.input<Bodies[K]> } }[OperationKind];

/** The operations file's own shape: one key per operation, named after its kind. */
const operationEntry = z.union(
  Object.entries(OPERATION_BODIES).map(([kind, body]) => z.strictObject({ [kind]: body })),
) as unknown as z.ZodType<Entry, EntryInput>;

/** What is written in an operations file (JSON or YAML). The published JSON Schema is made from this. */
export const transitionFileSchema = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(100)
    .regex(
      /^[\p{L}\p{N}][\p{L}\p{N} ._/-]*$/u,
      'a transition name has letters, digits, spaces and . _ / - only',
    ),
  dualWrite: z.enum(['managed', 'application']).default('managed'),
  operations: z.array(operationEntry).min(1, 'a transition needs at least one operation'),
  record: migrationRecordSchema.optional(),
});

export type TransitionFile = z.input<typeof transitionFileSchema>;

export type OperationOf<K extends OperationKind> = {
  [P in K]: { readonly kind: P } & z.output<Bodies[P]>;
}[K];

/** One logical change. Names are literal; expressions are SQL text. */
export type Operation = OperationOf<OperationKind>;

export type DualWrite = 'managed' | 'application';

/** A parsed operations file. */
export interface TransitionSpec {
  readonly name: string;
  readonly dualWrite: DualWrite;
  readonly operations: readonly Operation[];
  /** The team's own migration file that it stands for: recorded in their journal with the first step. */
  readonly record?: MigrationRecord;
  /** The migration file that the operations were read from. */
  readonly source?: TransitionOrigin;
}

/** A file of another tool as the origin of a transition: what tells that it is still the same. */
export interface TransitionOrigin {
  /** As it was given: a path or a name. */
  readonly file: string;
  /** Of its text, in hex. */
  readonly sha256: string;
}

function toOperation(entry: Entry): Operation {
  const [[kind, body] = []] = Object.entries(entry);
  return { kind, ...body } as Operation;
}

/** The table that an operation is about; null for one that is about something else. */
export function tableOf(operation: Operation): RelationName | null {
  return 'table' in operation ? operation.table : null;
}

/** Turns a validated file into operations. Pure. */
export function toTransitionSpec(file: z.output<typeof transitionFileSchema>): TransitionSpec {
  return {
    name: file.name,
    dualWrite: file.dualWrite,
    operations: file.operations.map(toOperation),
    ...(file.record === undefined ? {} : { record: file.record }),
  };
}

/** The way back from operations to the file's shape, so that a plan can be exported or edited as text. Round-trips with {@link toTransitionSpec}. */
export function toTransitionFile(spec: TransitionSpec): TransitionFile {
  return {
    name: spec.name,
    dualWrite: spec.dualWrite,
    operations: spec.operations.map(({ kind, ...body }) => ({
      [kind]: body,
    })) as TransitionFile['operations'],
    ...(spec.record === undefined
      ? {}
      : { record: { ...spec.record, earlier: spec.record.earlier && [...spec.record.earlier] } }),
  };
}
