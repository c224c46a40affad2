import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Tables that a history of `files` files makes; each is used by one statement of many. */
const tableOf = (n: number): string => `app_table_${n}`;

/** One table with what usually comes with it: four statements. */
function newTable(name: string, parent: string | null): string[] {
  return [
    `CREATE TABLE "${name}" (
	"id" serial PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"email" varchar(120),
	"state" text DEFAULT 'open' NOT NULL,
	"amount" numeric(12, 2),
	"parent_id" integer,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
)`,
    `CREATE INDEX "${name}_state_index" ON "${name}" USING btree ("state","created_at")`,
    parent === null
      ? `ALTER TABLE "${name}" ADD CONSTRAINT "${name}_email_key" UNIQUE("email")`
      : `ALTER TABLE "${name}" ADD CONSTRAINT "${name}_parent_fk" FOREIGN KEY ("parent_id") REFERENCES "public"."${parent}"("id") ON DELETE cascade`,
    `ALTER TABLE "${name}" ADD COLUMN "note" text`,
  ];
}

/** What changes a table that is in use, most of it under a lock: seven statements. */
const changes = (name: string, n: number): string[] => [
  `ALTER TABLE "${name}" ADD COLUMN "country_${n}" text DEFAULT 'CH' NOT NULL`,
  `CREATE INDEX "${name}_amount_${n}" ON "${name}" USING btree ("amount")`,
  `ALTER TABLE "${name}" ADD CONSTRAINT "${name}_positive_${n}" CHECK ("amount" > 0)`,
  `ALTER TABLE "${name}" ALTER COLUMN "amount" SET NOT NULL`,
  `ALTER TABLE "${name}" ALTER COLUMN "email" SET DATA TYPE text`,
  `ALTER TABLE "${name}" ADD CONSTRAINT "${name}_other_${n}" FOREIGN KEY ("parent_id") REFERENCES "public"."${tableOf(0)}"("id")`,
  `UPDATE "${name}" SET "note" = 'none' WHERE "note" IS NULL`,
];

const asFile = (statements: readonly string[]): string =>
  `${statements.join(';--> statement-breakpoint\n')};\n`;

/** A file of `count` statements, each changing one of the tables of a history of `tables` files. */
export function changesFile(count: number, tables: number): string {
  const statements = Array.from({ length: Math.ceil(count / 7) }, (_, n) => changes(tableOf(n % tables), n));
  return asFile(statements.flat().slice(0, count));
}

/** A file that makes `count` tables with indexes, keys and columns, in four statements each. */
export function newTablesFile(count: number): string {
  return asFile(
    Array.from({ length: count }, (_, n) =>
      newTable(`new_table_${n}`, n === 0 ? null : `new_table_${n - 1}`),
    ).flat(),
  );
}

/** A folder of drizzle-kit's with `files` migrations, a new table in each, and at last a change of one of them that asks for a value. */
export function writeHistory(folder: string, files: number): { last: string; answers: string[] } {
  mkdirSync(path.join(folder, 'meta'), { recursive: true });
  const entries: { idx: number; tag: string; when: number; version: string; breakpoints: boolean }[] = [];
  const write = (n: number, text: string): string => {
    const tag = `${String(n).padStart(4, '0')}_change`;
    writeFileSync(path.join(folder, `${tag}.sql`), text);
    entries.push({ idx: n, tag, when: 1_700_000_000_000 + n * 1000, version: '7', breakpoints: true });
    return path.join(folder, `${tag}.sql`);
  };
  for (let n = 0; n < files; n += 1) write(n, asFile(newTable(tableOf(n), n === 0 ? null : tableOf(n - 1))));
  const table = tableOf(files >> 1);
  const last = write(
    files,
    asFile([
      `ALTER TABLE "${table}" ADD COLUMN "country" text NOT NULL`,
      `ALTER TABLE "${table}" RENAME COLUMN "name" TO "full_name"`,
      `ALTER TABLE "${table}" ALTER COLUMN "parent_id" SET DATA TYPE bigint`,
      `CREATE INDEX "${table}_amount" ON "${table}" USING btree ("amount")`,
    ]),
  );
  writeFileSync(
    path.join(folder, 'meta', '_journal.json'),
    JSON.stringify({ version: '7', dialect: 'postgresql', entries }),
  );
  return { last, answers: [`value:public.${table}.country='CH'`] };
}
