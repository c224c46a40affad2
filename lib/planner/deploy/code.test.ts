import { describe, expect, it } from 'vitest';
import { accessCode, camelCase, columnModel, drizzleColumn } from './code';

describe('camelCase', () => {
  it.each([
    ['full_name', 'fullName'],
    ['name', 'name'],
    ['a.b c', 'aBC'],
    ['2nd_try', '_2ndTry'],
    ['userId', 'userId'],
  ])('%s → %s', (name, expected) => {
    expect(camelCase(name)).toBe(expected);
  });
});

describe('drizzleColumn', () => {
  it.each([
    ['text', 'text("c")'],
    ['integer', 'integer("c")'],
    ['bigint', 'bigint("c", { mode: "bigint" })'],
    ['numeric(10,2)', 'numeric("c", { precision: 10, scale: 2 })'],
    ['character varying(40)', 'varchar("c", { length: 40 })'],
    ['timestamp with time zone', 'timestamp("c", { withTimezone: true })'],
    ['boolean', 'boolean("c")'],
    ['jsonb', 'jsonb("c")'],
    ['uuid', 'uuid("c")'],
    ['public.mood', 'customType<{ data: unknown }>({ dataType: () => "public.mood" })("c")'],
  ])('%s → %s', (type, expected) => {
    expect(drizzleColumn('c', type)).toBe(expected);
  });
});

const users = { schema: 'public', name: 'users' };

describe('code to deploy', () => {
  it('models a column for each tool', () => {
    expect(columnModel(users, 'full_name', 'text', true)).toEqual({
      drizzle: '// schema.ts, pgTable("users", {\n  fullName: text("full_name"),',
      prisma: '// schema.prisma, model for users\n  fullName String? @map("full_name")',
      knex: '// the column\'s name in queries\nconst column = "full_name"',
      sql: '-- "public"."users" has "full_name" text',
    });
    expect(columnModel(users, 'price', 'numeric(10,2)', false).prisma).toContain(
      'price Decimal @db.Decimal(10, 2)',
    );
    expect(columnModel(users, 'price', 'numeric(10,2)', false).drizzle).toContain('.notNull(),');
  });

  it('writes the columns named and reads one of them', () => {
    const code = accessCode(
      users,
      [
        { name: 'name', value: 'value' },
        { name: 'full_name', value: 'value' },
      ],
      'full_name',
    );
    expect(code.drizzle).toContain('.set({ name: value, fullName: value })');
    expect(code.prisma).toContain('data: { name: value, fullName: value }');
    expect(code.knex).toContain('.update({ "name": value, "full_name": value })');
    expect(code.sql).toBe(
      'UPDATE "public"."users" SET "name" = $1, "full_name" = $2 WHERE "id" = $3;\nSELECT "full_name" FROM "public"."users" WHERE "id" = $1;',
    );
  });

  it('finds the row by the key that the table has', () => {
    const table = { schema: 'public', name: 'seats', key: [{ name: 'hall_id' }, { name: 'number' }] };
    const code = accessCode(table, [{ name: 'label', value: 'value' }], 'label');
    expect(code.drizzle).toContain('.where(and(eq(seats.hallId, hallId), eq(seats.number, number)))');
    expect(code.prisma).toContain('where: { hallId_number: { hallId, number } }');
    expect(code.knex).toContain('.where({ "hall_id": hallId, number })');
    expect(code.sql).toBe(
      'UPDATE "public"."seats" SET "label" = $1 WHERE "hall_id" = $2 AND "number" = $3;\nSELECT "label" FROM "public"."seats" WHERE "hall_id" = $1 AND "number" = $2;',
    );
  });
});
