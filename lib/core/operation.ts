import { z } from 'zod';
import { identifierBytes, MAX_IDENTIFIER_BYTES } from './sql-text';

const identifier = z
  .string()
  .min(1, 'a name cannot be empty')
  .refine((name) => !name.includes('\0'), 'a name cannot contain a NUL character')
  .refine((name) => identifierBytes(name) <= MAX_IDENTIFIER_BYTES, {
    error: (issue) =>
      `the name "${String(issue.input)}" is longer than ${MAX_IDENTIFIER_BYTES} bytes: PostgreSQL would cut it`,
  });

const tableName = z.union([
  z.strictObject({ schema: identifier, name: identifier }),
  z.string().transform((text, context) => {
    const parts = text.split('.');
    if (parts.length > 2 || parts.some((part) => part === '')) {
      context.issues.push({
        code: 'custom',
        input: text,
        message: `"${text}" is not a table name: write table, schema.table, or {schema, name} for a name with a dot`,
      });
      return z.NEVER;
    }
    const [first = '', second] = parts;
    return second === undefined ? { schema: 'public', name: first } : { schema: first, name: second };
  }),
]);

const expression = z.string().trim().min(1, 'an expression cannot be empty');

const addColumn = z.strictObject({
  table: tableName,
  column: identifier,
  type: expression,
  nullable: z.boolean().default(true),
  default: expression.optional(),
  value: expression.optional(),
});
const renameColumn = z.strictObject({ table: tableName, from: identifier, to: identifier });
const dropColumn = z.strictObject({ table: tableName, column: identifier, restore: expression.optional() });
const changeType = z.strictObject({
  table: tableName,
  column: identifier,
  to: identifier.optional(),
  type: expression,
  up: expression.optional(),
  down: expression.optional(),
  onFailure: expression.optional(),
});
const setNotNull = z.strictObject({ table: tableName, column: identifier, value: expression.optional() });

/** The operations file's own shape: one key per operation, named after its kind. */
const operationEntry = z.union([
  z.strictObject({ add_column: addColumn }),
  z.strictObject({ rename_column: renameColumn }),
  z.strictObject({ drop_column: dropColumn }),
  z.strictObject({ change_type: changeType }),
  z.strictObject({ set_not_null: setNotNull }),
]);

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
});

export type TransitionFile = z.input<typeof transitionFileSchema>;

export type AddColumn = { kind: 'add_column' } & z.output<typeof addColumn>;
export type RenameColumn = { kind: 'rename_column' } & z.output<typeof renameColumn>;
export type DropColumn = { kind: 'drop_column' } & z.output<typeof dropColumn>;
export type ChangeType = { kind: 'change_type' } & z.output<typeof changeType>;
export type SetNotNull = { kind: 'set_not_null' } & z.output<typeof setNotNull>;

/** One logical change. Names are literal; expressions are SQL text. */
export type Operation = AddColumn | RenameColumn | DropColumn | ChangeType | SetNotNull;
export type OperationKind = Operation['kind'];
export type OperationOf<K extends OperationKind> = Extract<Operation, { kind: K }>;

export type DualWrite = 'managed' | 'application';

/** A parsed operations file. */
export interface TransitionSpec {
  readonly name: string;
  readonly dualWrite: DualWrite;
  readonly operations: readonly Operation[];
}

type Entry = z.output<typeof operationEntry>;

function toOperation(entry: Entry): Operation {
  if ('add_column' in entry) return { kind: 'add_column', ...entry.add_column };
  if ('rename_column' in entry) return { kind: 'rename_column', ...entry.rename_column };
  if ('drop_column' in entry) return { kind: 'drop_column', ...entry.drop_column };
  if ('change_type' in entry) return { kind: 'change_type', ...entry.change_type };
  return { kind: 'set_not_null', ...entry.set_not_null };
}

/** Turns a validated file into operations. Pure. */
export function toTransitionSpec(file: z.output<typeof transitionFileSchema>): TransitionSpec {
  return { name: file.name, dualWrite: file.dualWrite, operations: file.operations.map(toOperation) };
}

/** The way back from operations to the file's shape, so that a plan can be exported or edited as text. Round-trips with {@link toTransitionSpec}. */
export function toTransitionFile(spec: TransitionSpec): TransitionFile {
  return {
    name: spec.name,
    dualWrite: spec.dualWrite,
    operations: spec.operations.map(({ kind, ...body }) => ({
      [kind]: body,
    })) as TransitionFile['operations'],
  };
}
