import type { DeployTool } from '@/lib/core/plan';
import { quoteIdent, quoteName, type RelationName } from '@/lib/core/sql-text';

/** An identifier as TypeScript code would name it: full_name → fullName. */
export function camelCase(name: string): string {
  const camel = name.replace(/[^A-Za-z0-9]+(.)?/g, (_, next: string | undefined) =>
    (next ?? '').toUpperCase(),
  );
  return /^[A-Za-z_]/.test(camel) ? camel : `_${camel}`;
}

const drizzleTypes: readonly [RegExp, string][] = [
  [/^bigint$/, 'bigint({ mode: "bigint" })'],
  [/^(integer|smallint)$/, 'integer()'],
  [/^numeric\((\d+),(\d+)\)$/, 'numeric({ precision: $1, scale: $2 })'],
  [/^numeric/, 'numeric()'],
  [/^boolean$/, 'boolean()'],
  [/^jsonb?$/, 'jsonb()'],
  [/^uuid$/, 'uuid()'],
  [/^timestamp with time zone/, 'timestamp({ withTimezone: true })'],
  [/^timestamp/, 'timestamp()'],
  [/^date$/, 'date()'],
  [/^character varying\((\d+)\)$/, 'varchar({ length: $1 })'],
  [/^double precision$/, 'doublePrecision()'],
];

/** drizzle-orm's column builder for a PostgreSQL type; `customType` where it has none. */
export function drizzleColumn(name: string, type: string): string {
  const found = drizzleTypes.find(([pattern]) => pattern.test(type));
  const builder =
    found === undefined
      ? type === 'text'
        ? 'text()'
        : `customType<{ data: unknown }>({ dataType: () => ${JSON.stringify(type)} })()`
      : type.replace(found[0], found[1]);
  return builder.replace(/\((\{|\))/, (_, open: string) =>
    open === ')' ? `(${JSON.stringify(name)})` : `(${JSON.stringify(name)}, {`,
  );
}

const prismaTypes: readonly [RegExp, string][] = [
  [/^bigint$/, 'BigInt'],
  [/^(integer|smallint)$/, 'Int'],
  [/^numeric\((\d+),(\d+)\)$/, 'Decimal @db.Decimal($1, $2)'],
  [/^numeric/, 'Decimal'],
  [/^boolean$/, 'Boolean'],
  [/^jsonb$/, 'Json'],
  [/^uuid$/, 'String @db.Uuid'],
  [/^timestamp with time zone/, 'DateTime @db.Timestamptz'],
  [/^timestamp/, 'DateTime @db.Timestamp'],
  [/^date$/, 'DateTime @db.Date'],
  [/^double precision$/, 'Float'],
];

function prismaType(type: string, nullable: boolean): string {
  const found = prismaTypes.find(([pattern]) => pattern.test(type));
  const [base = 'String', ...attributes] = (
    found === undefined ? 'String' : type.replace(found[0], found[1])
  ).split(' ');
  return [`${base}${nullable ? '?' : ''}`, ...attributes].join(' ');
}

/** The model of one column as each tool writes it. */
export function columnModel(
  table: RelationName,
  column: string,
  type: string,
  nullable: boolean,
): Record<DeployTool, string> {
  const notNull = nullable ? '' : '.notNull()';
  return {
    drizzle: `// schema.ts, pgTable(${JSON.stringify(table.name)}, {\n  ${camelCase(column)}: ${drizzleColumn(column, type)}${notNull},`,
    prisma: `// schema.prisma, model for ${table.name}\n  ${camelCase(column)} ${prismaType(type, nullable)}${camelCase(column) === column ? '' : ` @map(${JSON.stringify(column)})`}`,
    knex: `// the column's name in queries\nconst column = ${JSON.stringify(column)}`,
    sql: `-- ${quoteName(table)} has ${quoteIdent(column)} ${type}${nullable ? '' : ' NOT NULL'}`,
  };
}

/** Reading and writing one column, as each tool writes it. */
export function accessCode(
  table: RelationName,
  columns: readonly { name: string; value: string }[],
  read: string,
): Record<DeployTool, string> {
  const model = camelCase(table.name);
  const fields = (name: (column: string) => string) =>
    columns.map((column) => `${name(column.name)}: ${column.value}`).join(', ');
  const quoted = columns.map((column, index) => `${quoteIdent(column.name)} = $${index + 1}`).join(', ');
  return {
    drizzle: `await db.update(${model}).set({ ${fields(camelCase)} }).where(eq(${model}.id, id))\nconst [row] = await db.select({ value: ${model}.${camelCase(read)} }).from(${model}).where(eq(${model}.id, id))`,
    prisma: `await prisma.${model}.update({ where: { id }, data: { ${fields(camelCase)} } })\nconst row = await prisma.${model}.findUnique({ where: { id }, select: { ${camelCase(read)}: true } })`,
    knex: `await knex(${JSON.stringify(table.name)}).where({ id }).update({ ${fields((name) => JSON.stringify(name))} })\nconst row = await knex(${JSON.stringify(table.name)}).where({ id }).first(${JSON.stringify(read)})`,
    sql: `UPDATE ${quoteName(table)} SET ${quoted} WHERE id = $${columns.length + 1};\nSELECT ${quoteIdent(read)} FROM ${quoteName(table)} WHERE id = $1;`,
  };
}

/** Joins two sets of snippets, tool by tool. */
export function joinCode(
  first: Record<DeployTool, string>,
  second: Record<DeployTool, string>,
): Record<DeployTool, string> {
  return {
    drizzle: `${first.drizzle}\n\n${second.drizzle}`,
    prisma: `${first.prisma}\n\n${second.prisma}`,
    knex: `${first.knex}\n\n${second.knex}`,
    sql: `${first.sql}\n\n${second.sql}`,
  };
}
