import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import postgres from 'postgres';
import { describe, expect, it } from 'vitest';
import { toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import type { Plan } from '@/lib/core/plan';
import { planTransition } from '@/lib/engine/plan-transition';
import { readCatalog } from '@/lib/engine/read-catalog';
import { openTarget } from '@/lib/engine/target';
import { compilePlan } from '@/lib/planner/compile-plan';
import { applyStatement } from '@/lib/planner/memory-catalog/apply-statement';
import { catalogOf } from '@/lib/planner/memory-catalog/catalog-of';
import { emptyMemory } from '@/lib/planner/memory-catalog/memory';
import { operationsCatalog } from '@/lib/planner/memory-catalog/operations-catalog';
import { readMigration } from '@/lib/sql/migration/read-migration';
import { createTestDatabase, TEST_MAJORS } from '@/test/postgres/test-database';
import { comparable } from './compare-catalogs';

const HISTORIES = (process.env.SEGUE_TEST_HISTORIES ?? path.resolve(import.meta.dirname, 'history')).split(
  ':',
);

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => path.join(folder, file));

const SPECS = [
  { rename_column: { table: 'squads', from: 'code', to: 'short_code' } },
  {
    change_type: { table: { schema: 'crm', name: 'users' }, column: 'score', to: 'score_text', type: 'text' },
  },
  { set_not_null: { table: { schema: 'crm', name: 'users' }, column: 'team', value: '1' } },
  { drop_column: { table: { schema: 'crm', name: 'users' }, column: 'nick', restore: "''" } },
  {
    add_column: { table: 'squads', column: 'ref', type: 'uuid', nullable: false, value: 'gen_random_uuid()' },
  },
  { add_index: { table: 'plain', columns: ['b'], name: 'plain_b' } },
].map((operation) =>
  toTransitionSpec(transitionFileSchema.parse({ name: Object.keys(operation)[0], operations: [operation] })),
);

const sqlOf = ({ phases }: Plan) =>
  phases.map(({ kind, steps }) => ({ kind, steps: steps.map(({ id, sql, undo }) => ({ id, sql, undo })) }));

describe.each(TEST_MAJORS)('a catalog from files, on PostgreSQL %i', (major) => {
  it.each(HISTORIES)('is the one that PostgreSQL has after running them: %s', async (folder) => {
    const database = await createTestDatabase({ major });
    const sql = postgres(database.superuserUrl, { max: 1, onnotice: () => undefined });
    const target = openTarget({ url: database.superuserUrl });
    try {
      const memory = emptyMemory(major);
      for (const file of filesOf(folder)) {
        const text = readFileSync(file, 'utf8');
        await sql.unsafe(text);
        for (const item of readMigration(text).items) {
          expect(item, `${file}:${item.line}`).toMatchObject({ type: 'statement' });
          if (item.type === 'statement') applyStatement(memory, item);
        }
      }
      const { tables, enums } = catalogOf(memory);
      const live = await readCatalog(target, { tables, enums });
      const names = await sql<{ name: string }[]>`
        SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`;
      const own = tables.filter(({ kind }) => !/view/.test(kind));
      expect(own.map(({ schema, name }) => `${schema}.${name}`).sort()).toEqual(
        names.map(({ name }) => name).sort(),
      );
      for (const table of live.tables) {
        const mine = tables.find(({ schema, name }) => schema === table.schema && name === table.name);
        if (/view/.test(table.kind)) {
          // Of views files tell what they read; their columns' types only a server knows.
          expect(mine?.reads, `${table.schema}.${table.name}`).toEqual(table.reads);
          continue;
        }
        expect(mine === undefined ? null : comparable(mine), `${table.schema}.${table.name}`).toEqual(
          comparable(table),
        );
      }
      const labels = (list: typeof enums) =>
        list.map(({ schema, name, labels: values }) => `${schema}.${name}: ${values.join()}`).sort();
      expect(labels(enums)).toEqual(labels(live.enums));
      if (folder !== HISTORIES[0]) return;
      for (const spec of SPECS) {
        const planned = await planTransition(target, spec);
        const fromFiles = compilePlan(spec, operationsCatalog(memory, spec.operations));
        expect(sqlOf(fromFiles), spec.name).toEqual(sqlOf(planned));
      }
    } finally {
      await Promise.all([sql.end(), target.close()]);
      await database.drop();
    }
  });
});
