import type { DeployTool } from '@/lib/core/plan';
import { quoteIdent, quoteName, type RelationName } from '@/lib/core/sql-text';
import { camelCase } from './code';

const text = (value: string) => JSON.stringify(value);
const fields = (columns: readonly string[]) =>
  columns.map((column) => `table.${camelCase(column)}`).join(', ');
const list = (columns: readonly string[]) => columns.map(camelCase).join(', ');

/** How each tool states a unique constraint. */
export function uniqueCode(
  table: RelationName,
  name: string,
  columns: readonly string[],
): Record<DeployTool, string> {
  const quoted = columns.map(quoteIdent).join(', ');
  return {
    drizzle: `// schema.ts, pgTable(${text(table.name)}, {…}, (table) => [\n  unique(${text(name)}).on(${fields(columns)}),`,
    prisma: `// schema.prisma, model for ${table.name}\n  @@unique([${list(columns)}], map: ${text(name)})`,
    knex: `await knex(${text(table.name)}).insert(row).onConflict(${JSON.stringify(columns)}).merge()`,
    sql: `INSERT INTO ${quoteName(table)} (…) VALUES (…) ON CONFLICT (${quoted}) DO UPDATE SET …;`,
  };
}

/** How each tool states a check. */
export function checkCode(table: RelationName, name: string, check: string): Record<DeployTool, string> {
  return {
    drizzle: `// schema.ts, pgTable(${text(table.name)}, {…}, (table) => [\n  check(${text(name)}, sql\`${check}\`),`,
    prisma: `// Prisma's schema has no checks; the database refuses the row with code 23514\n// ${check}`,
    knex: `// refuse the row in your own code before the database does\n// ${check}`,
    sql: `-- every row of ${quoteName(table)}: ${check}`,
  };
}

/** How each tool states a foreign key. */
export function foreignKeyCode(
  table: RelationName,
  name: string,
  columns: readonly string[],
  parent: RelationName,
  referenced: readonly string[],
): Record<DeployTool, string> {
  const foreign = referenced.map((column) => `${camelCase(parent.name)}.${camelCase(column)}`).join(', ');
  return {
    drizzle: `// schema.ts, pgTable(${text(table.name)}, {…}, (table) => [\n  foreignKey({ name: ${text(name)}, columns: [${fields(columns)}], foreignColumns: [${foreign}] }),`,
    prisma: `// schema.prisma, model for ${table.name}\n  ${camelCase(parent.name)} ${parent.name} @relation(fields: [${list(columns)}], references: [${list(referenced)}], map: ${text(name)})`,
    knex: `// insert the row of ${parent.name} first, delete it last`,
    sql: `-- insert the row of ${quoteName(parent)} before the one of ${quoteName(table)}; delete it after`,
  };
}
