import { z } from 'zod';
import { type MigrationRecord, migrationRecordSchema } from './migration-record';
import type { RelationName } from './sql-text';
import { identifier, tableName } from './table-name';

const expression = z.string().trim().min(1, 'an expression cannot be empty');

const addColumn = z.strictObject({
  table: tableName,
  column: identifier,
  type: expression,
  nullable: z.boolean().default(true),
  default: expression.optional(),
  value: expression.optional(),
  follows: z.boolean().optional(),
});
const renameColumn = z.strictObject({
  table: tableName,
  from: identifier,
  to: identifier,
  keepNames: z.boolean().optional(),
});
const dropColumn = z.strictObject({ table: tableName, column: identifier, restore: expression.optional() });
const changeType = z.strictObject({
  table: tableName,
  column: identifier,
  to: identifier.optional(),
  type: expression,
  up: expression.optional(),
  down: expression.optional(),
  onFailure: expression.optional(),
  alone: z.boolean().optional(),
  keepNames: z.boolean().optional(),
});
const setNotNull = z.strictObject({ table: tableName, column: identifier, value: expression.optional() });

const names = z.array(identifier).min(1, 'name at least one column');
const addIndex = z.strictObject({
  table: tableName,
  columns: names.optional(),
  keys: expression.optional(),
  unique: z.boolean().default(false),
  method: identifier.optional(),
  include: names.optional(),
  where: expression.optional(),
  name: identifier.optional(),
});
const addUnique = z.strictObject({
  table: tableName,
  columns: names,
  nullsNotDistinct: z.boolean().default(false),
  name: identifier.optional(),
});
const addCheck = z.strictObject({ table: tableName, check: expression, name: identifier.optional() });
const FOREIGN_KEY_ACTIONS = ['no action', 'restrict', 'cascade', 'set null', 'set default'] as const;
const addForeignKey = z.strictObject({
  table: tableName,
  columns: names,
  references: tableName,
  referencedColumns: names.optional(),
  onDelete: z.enum(FOREIGN_KEY_ACTIONS).default('no action'),
  onUpdate: z.enum(FOREIGN_KEY_ACTIONS).default('no action'),
  deferrable: z.boolean().default(false),
  index: z.boolean().default(true),
  name: identifier.optional(),
});

const addExclusion = z.strictObject({ table: tableName, exclude: expression.optional() });
const dropIndex = z.strictObject({ table: tableName, index: identifier });
const dropConstraint = z.strictObject({ table: tableName, constraint: identifier });
const renameIndex = z.strictObject({ table: tableName, from: identifier, to: identifier });
const renameConstraint = z.strictObject({ table: tableName, from: identifier, to: identifier });
const setDefault = z.strictObject({ table: tableName, column: identifier, default: expression });
const dropDefault = z.strictObject({ table: tableName, column: identifier });
const dropNotNull = z.strictObject({ table: tableName, column: identifier });
const addGeneratedColumn = z.strictObject({
  table: tableName,
  column: identifier,
  type: expression,
  expression,
  stored: z.boolean().default(false),
});
const enumAddValue = z.strictObject({
  type: tableName,
  value: identifier,
  before: identifier.optional(),
  after: identifier.optional(),
});

/** A list as people write it in one line: "sad, ok, happy". */
const labels = z.union([
  z.array(identifier).min(1),
  z.string().transform((text) =>
    text
      .split(',')
      .map((label) => label.trim())
      .filter((label) => label !== ''),
  ),
]);
const createEnum = z.strictObject({ type: tableName, values: labels });

const createTable = z.strictObject({
  table: tableName,
  definition: expression,
  partitionBy: expression.optional(),
  also: expression.optional(),
});
const renameTable = z.strictObject({ table: tableName, to: identifier });
const dropTable = z.strictObject({ table: tableName });
const addIdentity = z.strictObject({
  table: tableName,
  column: identifier,
  always: z.boolean().default(false),
});
const freeSql = z.strictObject({
  phase: z.enum(['expand', 'dual_write', 'switch', 'contract', 'purge']).default('expand'),
  up: expression,
  down: expression.optional(),
  tables: z.array(tableName).optional(),
  lossless: z.boolean().default(false),
});

const replacePrimaryKey = z.strictObject({ table: tableName, columns: z.array(identifier).min(1) });
/** Old value to new value; in one line: "sad = unhappy, ok = fine". */
const labelMap = z.union([
  z.record(z.string(), identifier),
  z.string().transform((text) =>
    Object.fromEntries(
      text
        .split(',')
        .map((pair) => pair.split('=').map((label) => label.trim()))
        .flatMap(([from, to]) => (from && to ? [[from, to] as const] : [])),
    ),
  ),
]);
const replaceEnum = z.strictObject({
  table: tableName,
  column: identifier,
  type: tableName,
  values: labels,
  map: labelMap.optional(),
  onFailure: expression.optional(),
  keepType: z.boolean().default(false),
});
const attachPartition = z.strictObject({ table: tableName, partition: tableName, values: expression });
const detachPartition = z.strictObject({ table: tableName, partition: tableName });

const splitColumn = z.strictObject({
  table: tableName,
  column: identifier,
  first: identifier,
  firstType: expression.optional(),
  firstUp: expression,
  firstNotNull: z.boolean().default(false),
  firstIndex: z.boolean().default(false),
  second: identifier,
  secondType: expression.optional(),
  secondUp: expression,
  secondNotNull: z.boolean().default(false),
  secondIndex: z.boolean().default(false),
  down: expression,
});
const mergeColumns = z.strictObject({
  table: tableName,
  first: identifier,
  second: identifier,
  to: identifier,
  type: expression.optional(),
  up: expression,
  notNull: z.boolean().default(false),
  index: z.boolean().default(false),
  firstDown: expression,
  secondDown: expression,
});

const updateRows = z.strictObject({
  table: tableName,
  as: identifier.optional(),
  set: expression,
  from: expression.optional(),
  where: expression.optional(),
  down: expression.optional(),
  keep: z.boolean().default(true),
});

const deleteRows = z.strictObject({
  table: tableName,
  as: identifier.optional(),
  where: expression.optional(),
});

/** Every kind of operation with the body that an operations file gives it, one line each. */
const BODIES = {
  add_column: addColumn,
  rename_column: renameColumn,
  drop_column: dropColumn,
  change_type: changeType,
  set_not_null: setNotNull,
  add_index: addIndex,
  add_unique: addUnique,
  add_check: addCheck,
  add_foreign_key: addForeignKey,
  add_exclusion: addExclusion,
  drop_index: dropIndex,
  drop_constraint: dropConstraint,
  rename_index: renameIndex,
  rename_constraint: renameConstraint,
  set_default: setDefault,
  drop_default: dropDefault,
  drop_not_null: dropNotNull,
  add_generated_column: addGeneratedColumn,
  create_enum: createEnum,
  enum_add_value: enumAddValue,
  create_table: createTable,
  rename_table: renameTable,
  drop_table: dropTable,
  add_identity: addIdentity,
  free_sql: freeSql,
  replace_primary_key: replacePrimaryKey,
  replace_enum: replaceEnum,
  attach_partition: attachPartition,
  detach_partition: detachPartition,
  split_column: splitColumn,
  merge_columns: mergeColumns,
  update_rows: updateRows,
  delete_rows: deleteRows,
} as const;

type Bodies = typeof BODIES;
export type OperationKind = keyof Bodies;
export const OPERATION_KINDS = Object.keys(BODIES) as readonly OperationKind[];

type Entry = { [K in OperationKind]: { readonly [P in K]: z.output<Bodies[K]> } }[OperationKind];
type EntryInput = { [K in OperationKind]: { readonly [P in K]: z.input<Bodies[K]> } }[OperationKind];

/** The operations file's own shape: one key per operation, named after its kind. */
const operationEntry = z.union(
  Object.entries(BODIES).map(([kind, body]) => z.strictObject({ [kind]: body })),
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
