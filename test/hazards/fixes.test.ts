import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { SegueError } from '@/lib/core/errors';
import { toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import { compilePlan } from '@/lib/planner/compile-plan';
import { RULES, type RuleName } from '@/lib/planner/hazards/rules';
import type { LintFinding } from '@/lib/planner/lint/lint-finding';
import { lintMigration } from '@/lib/planner/lint/lint-migration';
import { catalogReader } from '@/lib/planner/memory-catalog/catalog-of';
import { copyMemory } from '@/lib/planner/memory-catalog/copy-memory';
import type { Memory } from '@/lib/planner/memory-catalog/memory';
import { operationsCatalog } from '@/lib/planner/memory-catalog/operations-catalog';
import { applySql, memoryOf } from '../memory-of';
import { CONTEXTS, type HazardContext, readHazardCases } from './hazard-case';
import { hazardSchema } from './schema';

/** Rules that neither SQL nor an operation answers, and why. */
const ADVICE: Partial<Record<RuleName, string>> = {
  refused: 'what PostgreSQL does not do has no other spelling',
  'add-exclusion': 'an exclusion constraint cannot be built aside',
  'add-column-domain': 'PostgreSQL writes the table anew for such a type, whatever is written',
  'add-column-generated': 'a stored column cannot be filled aside; a virtual one is another schema',
  'set-expression-rewrites': 'stored values are computed anew, whatever is written',
  'enum-rename-value': 'two spellings of one value cannot stand side by side in one type',
};

/** Why the planner does not take a statement's operation as it stands: a person decides, or changes something first. */
const NEEDS_A_PERSON = [
  /is part of the (only key|primary key)/,
  /is a key: its values must stay the same/,
  /is a domain with a constraint/,
  /is a generated column/,
  /has no counterpart of/,
  /which cannot be used here/,
  /is partitioned: this operation/,
  /has no primary key and no unique index/,
  /Operations \d+ and \d+ both change/,
  /There is no column/,
  /cannot be swapped with it/,
  // Files do not tell what a partition asks of its rows: a database does.
  /is no partition of/,
  /may be NULL, which a primary key cannot/,
];

const full = process.env.SEGUE_TEST_FULL === '1';
const AS_OPERATIONS = '# as operations of Segue\n';

interface Fixed {
  readonly finding: LintFinding;
  readonly before: Memory;
  readonly statement: string;
}

function findingsIn(context: HazardContext): Fixed[] {
  const schema = memoryOf(hazardSchema(context));
  const mine = readHazardCases().filter((one) => one.contexts.includes(context) && one.until >= 18);
  return mine.flatMap((one) => {
    const before = applySql(copyMemory(schema), one.setup ?? '');
    const memory = copyMemory(before);
    const text = [...(one.before.length > 0 ? ['BEGIN'] : []), ...one.before, one.statement].join(';\n');
    const findings = lintMigration(text, memory, catalogReader(memory), {
      file: 'f.sql',
      major: 18,
      timeZone: 'UTC',
      complete: true,
    });
    return findings.map((finding) => ({ finding, before, statement: text }));
  });
}

describe('what to do instead', () => {
  const all = CONTEXTS.filter((context) => full || context !== 'inherited').flatMap(findingsIn);

  it('is SQL or an operation, for every rule', () => {
    const answered = new Set(
      all.flatMap(({ finding: { rule, fix } }) =>
        fix !== null && (fix.includes(AS_OPERATIONS) || /;$/m.test(fix)) ? [rule] : [],
      ),
    );
    const open = Object.keys(RULES).filter((rule) => !answered.has(rule));
    expect(open.sort()).toEqual(Object.keys(ADVICE).sort());
    const silent = all.filter(({ finding }) => finding.fix === null && finding.rule !== 'refused');
    expect(silent.map(({ finding, statement }) => `${finding.rule}: ${statement}`)).toEqual([]);
  });

  it('operations are read as an operations file, and planned on the schema before', () => {
    const refused: string[] = [];
    let planned = 0;
    const done = new Set<string>();
    for (const { finding, before, statement } of all) {
      const yaml = finding.fix?.split(AS_OPERATIONS)[1];
      if (yaml === undefined || done.has(yaml)) continue;
      done.add(yaml);
      const file = transitionFileSchema.parse({ name: 'fix', operations: parse(yaml) });
      const spec = toTransitionSpec(file);
      try {
        compilePlan(spec, operationsCatalog(before, spec.operations));
        planned += 1;
      } catch (error) {
        if (!(error instanceof SegueError)) throw error;
        if (!NEEDS_A_PERSON.some((why) => why.test(error.message)))
          refused.push(`${error.message.replaceAll(/"[^"]*"/g, '…')} ${statement} ${yaml}`);
      }
    }
    expect(planned).toBeGreaterThan(60);
    expect(refused).toEqual([]);
  }, 60_000);
});
