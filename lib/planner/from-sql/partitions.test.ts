import { describe, expect, it } from 'vitest';
import { memoryOf, readingOf } from '@/test/memory-of';
import { compilePlan } from '../compile-plan';
import { operationsCatalog } from '../memory-catalog/operations-catalog';

const HISTORY = `
  CREATE TABLE days (id int, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
  CREATE TABLE codes (id int, code text) PARTITION BY LIST (code);
  CREATE TABLE codes_rest PARTITION OF codes DEFAULT;
  CREATE TABLE loose (id int, day date);`;

function read(text: string) {
  const reading = readingOf(text, HISTORY);
  const { spec } = reading;
  if (spec !== null) compilePlan(spec, operationsCatalog(memoryOf(HISTORY), spec.operations));
  return reading;
}
const BOUND = "FOR VALUES FROM ('2027-01-01') TO ('2028-01-01')";

describe('partitions in files', () => {
  it('a partitioned table is made with its partitions and theirs', () => {
    const { spec } = read(`CREATE TABLE logs (id int, day date) PARTITION BY RANGE (day);
      CREATE TABLE logs_a PARTITION OF logs ${BOUND} PARTITION BY LIST (id);
      CREATE TABLE logs_a_1 PARTITION OF logs_a FOR VALUES IN (1);
      CREATE INDEX ON logs_a_1 (day);`);
    expect(spec?.operations).toMatchObject([
      {
        kind: 'create_table',
        table: { name: 'logs' },
        partitionBy: 'RANGE (day)',
        also: expect.stringMatching(/logs_a PARTITION OF[^;]*;\n.*logs_a_1[^;]*;\n.*INDEX/s),
      },
    ]);
  });

  it('a partition of a table that is there is made like it and attached', () => {
    const { spec } = read(`CREATE TABLE days_27 PARTITION OF days ${BOUND}`);
    expect(spec?.operations).toMatchObject([
      {
        kind: 'create_table',
        definition: expect.stringMatching(/^LIKE "public"\."days" INCLUDING/),
        also: `ALTER TABLE "public"."days" ATTACH PARTITION "public"."days_27" ${BOUND}`,
      },
    ]);
    expect(
      read(`CREATE TABLE days_27 (LIKE days); ALTER TABLE days ATTACH PARTITION days_27 ${BOUND};`).spec
        ?.operations,
    ).toMatchObject([{ kind: 'create_table', table: { name: 'days_27' } }]);
  });

  it.each([
    ["CREATE TABLE codes_a PARTITION OF codes FOR VALUES IN ('a')", 'table-options'],
    [
      "CREATE TABLE codes_a (LIKE codes); ALTER TABLE codes ATTACH PARTITION codes_a FOR VALUES IN ('a')",
      'table-options',
    ],
    [`CREATE TABLE days_27 PARTITION OF days ${BOUND} PARTITION BY LIST (id)`, 'table-options'],
    ['CREATE TABLE heirs (x int) INHERITS (loose)', 'table-options'],
    [
      `CREATE TABLE logs (id int, day date) PARTITION BY RANGE (day); ALTER TABLE logs ATTACH PARTITION loose ${BOUND}`,
      'no-operation',
    ],
  ])('%s is refused with the way out', (text, code) => {
    expect(read(text).statements.at(-1)?.fate).toMatchObject({ kind: 'refused', code });
  });
});
