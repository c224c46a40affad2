import { z } from 'zod';
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

const replacePrimaryKey = z.strictObject({
  table: tableName,
  columns: z.array(identifier).min(1),
  name: identifier.optional().describe("The constraint's name. Default: the one that it has."),
  /** The index that keeps the old columns unique goes with Delete, as where a file drops the key. */
  dropUnique: z.boolean().optional(),
});
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
export const OPERATION_BODIES = {
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
