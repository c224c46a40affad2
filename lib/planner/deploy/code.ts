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
  [/^json$/, 'json()'],
  [/^jsonb$/, 'jsonb()'],
  [/^text$/, 'text()'],
  [/^character varying$/, 'varchar()'],
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
  const quoted = JSON.stringify(name);
  if (found === undefined)
    return `customType<{ data: unknown }>({ dataType: () => ${JSON.stringify(type)} })(${quoted})`;
  return type
    .replace(found[0], found[1])
    .replace(/\((\{|\))/, (_, open: string) => (open === ')' ? `(${quoted})` : `(${quoted}, {`));
}

const prismaTypes: readonly [RegExp, string][] = [
  [/^bigint$/, 'BigInt'],
  [/^(integer|smallint)$/, 'Int'],
  [/^numeric\((\d+),(\d+)\)$/, 'Decimal @db.Decimal($1, $2)'],
  [/^numeric/, 'Decimal'],
  [/^boolean$/, 'Boolean'],
  [/^json$/, 'Json @db.Json'],
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

/** Reading and writing one column of the row with a given key, as each tool writes it. */
export function accessCode(
  table: RelationName & { readonly key?: readonly { readonly name: string }[] | null },
  columns: readonly { name: string; value: string }[],
  read: string,
): Record<DeployTool, string> {
  const model = camelCase(table.name);
  const keys = (table.key ?? [{ name: 'id' }]).map((column) => column.name);
  const fields = (name: (column: string) => string) =>
    columns.map((column) => `${name(column.name)}: ${column.value}`).join(', ');
  const values = (name: (column: string) => string) =>
    keys
      .map((key) => (name(key) === camelCase(key) ? name(key) : `${name(key)}: ${camelCase(key)}`))
      .join(', ');
  const equals = keys.map((key) => `eq(${model}.${camelCase(key)}, ${camelCase(key)})`);
  const where = equals.length === 1 ? equals[0] : `and(${equals.join(', ')})`;
  const prismaWhere =
    keys.length === 1 ? values(camelCase) : `${keys.map(camelCase).join('_')}: { ${values(camelCase)} }`;
  const knexWhere = values((key) => (camelCase(key) === key ? key : JSON.stringify(key)));
  const set = columns.map((column, index) => `${quoteIdent(column.name)} = $${index + 1}`).join(', ');
  const byKey = (from: number) =>
    keys.map((key, index) => `${quoteIdent(key)} = $${from + index}`).join(' AND ');
  return {
    drizzle: `await db.update(${model}).set({ ${fields(camelCase)} }).where(${where})\nconst [row] = await db.select({ value: ${model}.${camelCase(read)} }).from(${model}).where(${where})`,
    prisma: `await prisma.${model}.update({ where: { ${prismaWhere} }, data: { ${fields(camelCase)} } })\nconst row = await prisma.${model}.findUnique({ where: { ${prismaWhere} }, select: { ${camelCase(read)}: true } })`,
    knex: `await knex(${JSON.stringify(table.name)}).where({ ${knexWhere} }).update({ ${fields((name) => JSON.stringify(name))} })\nconst row = await knex(${JSON.stringify(table.name)}).where({ ${knexWhere} }).first(${JSON.stringify(read)})`,
    sql: `UPDATE ${quoteName(table)} SET ${set} WHERE ${byKey(columns.length + 1)};\nSELECT ${quoteIdent(read)} FROM ${quoteName(table)} WHERE ${byKey(1)};`,
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
