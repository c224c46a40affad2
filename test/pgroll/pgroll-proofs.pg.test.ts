import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Proof } from '@/lib/core/proof';
import { provePlan } from '@/lib/engine/prove/prove-plan';
import { ScratchServer } from '@/lib/engine/prove/scratch';
import { readSchemaFor } from '@/lib/engine/read-schema-for';
import { openTarget, type Target } from '@/lib/engine/target';
import { pgrollEndSql } from '@/lib/planner/from-pgroll/end-sql';
import { pgrollReading } from '@/lib/planner/from-pgroll/pgroll-reading';
import { relationsOfPgroll } from '@/lib/planner/from-pgroll/relations-of-pgroll';
import type { Answers } from '@/lib/planner/from-sql/migration-reading';
import { memoryFrom } from '@/lib/planner/memory-catalog/memory-from';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database';
import { FEWER_MAJORS, serverVariable } from '../postgres/test-majors';
import { PGROLL_CASES, PGROLL_SETUP } from './pgroll-cases';

/** The schema without its rows: a proof fills tables by itself. */
const SCHEMA = PGROLL_SETUP.replaceAll(/^ *INSERT .*$/gm, '');

/** Several operations in one file, as migrations have them. */
const TOGETHER = [
  `operations:
  - create_table: { name: rooms, comment: where they sit, columns: [{ name: id, type: bigint, pk: true }, { name: ticket, type: bigint, nullable: true }] }
  - rename_column: { table: owners, from: name, to: full_name }
  - create_index: { table: owners, name: owners_ticket_idx, columns: { ticket: { sort: DESC } }, predicate: a > 3 }
  - sql: { up: CREATE VIEW codes AS SELECT code FROM tickets, down: DROP VIEW codes }
  - drop_table: { name: bare }
`,
  `operations:
  - add_column: { table: tickets, column: { name: full_code, type: text, comment: both }, up: "(SELECT COALESCE(kind, '') || code)" }
  - alter_column: { table: owners, column: zip, type: int, up: "length(zip)", down: "CAST(zip AS varchar)" }
  - alter_column: { table: tickets, column: note, nullable: false, up: "(SELECT CASE WHEN note IS NULL THEN 'none' ELSE note END)", down: note }
`,
];

const BREAKS_ON_ROWS = { outcome: 'unproved', obstacle: 'plan_stopped' } as const;

/** Cases that a proof does not find equal, and what it finds. */
const OTHERWISE: Readonly<Record<string, Partial<Proof>>> = {
  // pgroll gives its "up" to every row; the person chose otherwise.
  'alter_column: and only the NULLs are filled': {
    outcome: 'different',
    differences: ['values of public.tickets.note'],
  },
  // Over one column it means the same, and reads otherwise.
  'alter_column: foreign key, with what happens to its rows': { outcome: 'different' },
  // The rows of the copy do not fit what the file asks of them.
  'add_column: NOT NULL by default, filled by up': BREAKS_ON_ROWS,
  'add_column: and the answer is the value': BREAKS_ON_ROWS,
  'alter_column: name, type, NOT NULL, unique and check at once': BREAKS_ON_ROWS,
  'create_constraint: check': BREAKS_ON_ROWS,
};

describe.each(FEWER_MAJORS)('pgroll migrations proved on copies, on PostgreSQL %i', (major) => {
  let database: TestDatabase;
  let target: Target;
  let server: ScratchServer;
  beforeAll(async () => {
    database = await createTestDatabase({ major, setup: PGROLL_SETUP });
    target = openTarget({ url: database.owner.url });
    server = new ScratchServer(process.env[serverVariable(major)] ?? '');
  });
  afterAll(async () => {
    await target.close();
    await server.close();
    await database.drop();
  });

  const prove = async (yaml: string, answers: Answers = {}): Promise<Proof> => {
    const file: unknown = parse(yaml);
    const memory = memoryFrom(await readSchemaFor(target, relationsOfPgroll(file)));
    const { spec, statements } = pgrollReading(file, { name: 'change', memory, answers });
    if (spec === null) throw new Error(JSON.stringify(statements.map(({ fate }) => fate)));
    return provePlan(server, { base: [SCHEMA], raw: pgrollEndSql(file, answers), spec, rows: 40 });
  };

  it.each(TOGETHER)('several operations in one file end as pgroll’s documentation says: %s', async (yaml) => {
    expect(await prove(yaml)).toMatchObject({
      outcome: 'equal',
      differences: [],
      why: null,
      rawFailsOnRows: null,
    });
  });

  const planned = PGROLL_CASES.filter(
    ({ refused, asks, plannerSays, blind }) =>
      refused === undefined && asks === undefined && plannerSays === undefined && blind === undefined,
  );
  // Each takes a second.
  it.each(process.env.SEGUE_TEST_FULL === '1' ? planned : planned.slice(0, 0))('$name', async (each) => {
    const proof = await prove(`operations:\n  - ${each.yaml.replaceAll('\n', '\n    ')}\n`, each.answers);
    expect(proof).toMatchObject(OTHERWISE[each.name] ?? { outcome: 'equal', why: null, differences: [] });
  });
});
