import { z } from 'zod';

/** Written from pgroll's documentation and its published JSON Schema (0.9 to 0.14), older spellings included. */

const name = z.string().min(1, 'a name cannot be empty');
const sql = z.string();

const ACTIONS = ['NO ACTION', 'RESTRICT', 'CASCADE', 'SET NULL', 'SET DEFAULT'] as const;
const action = z
  .string()
  .transform((text) => text.toUpperCase())
  .pipe(z.enum(ACTIONS))
  .optional();
const match = z
  .string()
  .transform((text) => text.toUpperCase())
  .pipe(z.enum(['SIMPLE', 'FULL', 'PARTIAL']))
  .optional();

const check = z.strictObject({ name, constraint: sql, no_inherit: z.boolean().optional() });
const reference = z.strictObject({
  name,
  table: name,
  column: name,
  match_type: match,
  on_delete: action,
  on_update: action,
  deferrable: z.boolean().optional(),
  initially_deferred: z.boolean().optional(),
});
const tableReference = z.strictObject({
  name: name.optional(),
  table: name,
  columns: z.array(name).min(1),
  match_type: match,
  on_delete: action,
  on_delete_set_columns: z.array(name).optional(),
  on_update: action,
});
const indexParameters = z.strictObject({
  tablespace: z.string().optional(),
  storage_parameters: z.string().optional(),
  include_columns: z.array(name).optional(),
});
const column = z.strictObject({
  name,
  type: name,
  nullable: z.boolean().optional(),
  default: sql.optional(),
  pk: z.boolean().optional(),
  unique: z.boolean().optional(),
  comment: z.string().optional(),
  check: check.optional(),
  references: reference.optional(),
  generated: z
    .strictObject({
      expression: sql.optional(),
      identity: z
        .strictObject({
          sequence_options: z.string().optional(),
          user_specified_values: z.enum(['ALWAYS', 'BY DEFAULT', '']).optional(),
        })
        .optional(),
    })
    .optional(),
});
const constraint = z.strictObject({
  name,
  type: z.enum(['unique', 'check', 'primary_key', 'foreign_key', 'exclude']),
  columns: z.array(name).optional(),
  check: sql.optional(),
  nulls_not_distinct: z.boolean().optional(),
  deferrable: z.boolean().optional(),
  initially_deferred: z.boolean().optional(),
  no_inherit: z.boolean().optional(),
  references: tableReference.optional(),
  index_parameters: indexParameters.optional(),
  exclude: z
    .strictObject({
      index_method: z.string().optional(),
      elements: z.string(),
      predicate: z.string().optional(),
    })
    .optional(),
});

const indexSettings = {
  collate: z.string().optional(),
  sort: z.enum(['ASC', 'DESC', '']).optional(),
  nulls: z.enum(['FIRST', 'LAST', '']).optional(),
  opclass: z.strictObject({ name: z.string().optional(), params: z.array(z.string()).optional() }).optional(),
};
/** A list of names, a list of names with settings, or settings by name: three versions of pgroll, three spellings. */
const indexColumns = z.union([
  z.array(
    z.union([
      name.transform((text) => ({ column: text })),
      z.strictObject({ column: name, ...indexSettings }),
    ]),
  ),
  z
    .record(name, z.strictObject(indexSettings))
    .transform((byName) => Object.entries(byName).map(([each, settings]) => ({ column: each, ...settings }))),
]);

const byColumn = z.record(name, sql);

/** Every kind of operation that pgroll has, with its body. */
export const PGROLL_BODIES = {
  create_table: z.strictObject({
    name,
    columns: z.array(column),
    constraints: z.array(constraint).optional(),
    comment: z.string().optional(),
  }),
  add_column: z.strictObject({ table: name, column, up: sql.optional() }),
  alter_column: z.strictObject({
    table: name,
    column: name,
    name: name.optional(),
    type: name.optional(),
    nullable: z.boolean().optional(),
    default: sql.nullable().optional(),
    comment: z.string().nullable().optional(),
    check: check.optional(),
    unique: z.strictObject({ name }).optional(),
    references: reference.optional(),
    up: sql.optional(),
    down: sql.optional(),
  }),
  drop_column: z.strictObject({ table: name, column: name, down: sql.optional() }),
  rename_column: z.strictObject({ table: name, from: name, to: name }),
  rename_table: z.strictObject({ from: name, to: name }),
  drop_table: z.strictObject({ name }),
  create_index: z.strictObject({
    table: name,
    name,
    columns: indexColumns,
    predicate: sql.optional(),
    method: z.string().optional(),
    storage_parameters: z.string().optional(),
    unique: z.boolean().optional(),
  }),
  drop_index: z.strictObject({ name }),
  create_constraint: z.strictObject({
    table: name,
    name,
    type: z.enum(['unique', 'check', 'foreign_key', 'primary_key']),
    columns: z.array(name).optional(),
    check: sql.optional(),
    no_inherit: z.boolean().optional(),
    index_parameters: indexParameters.optional(),
    references: tableReference.optional(),
    up: byColumn.optional(),
    down: byColumn.optional(),
  }),
  drop_constraint: z.strictObject({
    table: name,
    name,
    column: name.optional(),
    up: sql.optional(),
    down: sql.optional(),
  }),
  drop_multicolumn_constraint: z.strictObject({
    table: name,
    name,
    up: byColumn.optional(),
    down: byColumn.optional(),
  }),
  rename_constraint: z.strictObject({ table: name, from: name, to: name }),
  set_replica_identity: z.strictObject({
    table: name,
    identity: z.strictObject({
      type: z
        .string()
        .transform((text) => text.toLowerCase())
        .pipe(z.enum(['default', 'full', 'nothing', 'index'])),
      index: z.string().optional(),
    }),
  }),
  sql: z.strictObject({ up: sql, down: sql.optional(), onComplete: z.boolean().optional() }),
} as const;

type Bodies = typeof PGROLL_BODIES;
export type PgrollKind = keyof Bodies;
export type PgrollBody<K extends PgrollKind> = z.output<Bodies[K]>;
export type PgrollColumn = z.output<typeof column>;
export type PgrollConstraint = z.output<typeof constraint>;
export type PgrollReference = z.output<typeof reference>;

export const PGROLL_KINDS = Object.keys(PGROLL_BODIES) as readonly PgrollKind[];

/** The outline; each operation is parsed by its kind, so that what is wrong is named in its words. */
export const pgrollFileSchema = z.strictObject({
  name: z.string().optional(),
  version_schema: z.string().optional(),
  operations: z.array(z.record(z.string(), z.unknown())).min(1, 'a migration needs at least one operation'),
});
