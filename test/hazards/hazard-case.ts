import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Where a case runs: the table users with nothing on it, with everything on it, partitioned, or with inheritance children. */
export const CONTEXTS = ['plain', 'rich', 'partitioned', 'inherited'] as const;
export type HazardContext = (typeof CONTEXTS)[number];

/** One statement whose effect is observed on real servers and judged. */
export interface HazardCase {
  readonly id: string;
  /** The row of the catalogue that it is a variant of. */
  readonly row: string;
  /** SQL that is committed before, on top of the context's schema. */
  readonly setup: string | null;
  /** Statements of the same transaction before it. */
  readonly before: readonly string[];
  readonly statement: string;
  /** First and last major whose grammar has it. */
  readonly from: number;
  readonly until: number;
  /** The session's TimeZone. */
  readonly timeZone: string;
  readonly contexts: readonly HazardContext[];
}

/** What a row's first case inherits from the file: the cases are blocks between empty lines, facts in comments. */
function parseBlock(block: string, row: string): HazardCase {
  const lines = block.split('\n');
  const facts = lines.flatMap((line) => {
    const match = /^-- ([a-z ]+): (.*)$/.exec(line);
    return match === null ? [] : [{ name: match[1] ?? '', value: match[2] ?? '' }];
  });
  const fact = (name: string): string | null => facts.find((one) => one.name === name)?.value ?? null;
  const contexts = fact('contexts')?.split(' ');
  return {
    id: fact('case') ?? '',
    row,
    setup: fact('setup'),
    before: facts.filter(({ name }) => name === 'before').map(({ value }) => value),
    statement: lines
      .filter((line) => !line.startsWith('-- '))
      .join('\n')
      .trim(),
    from: Number(fact('from') ?? 14),
    until: Number(fact('until') ?? 18),
    timeZone: fact('time zone') ?? 'UTC',
    contexts: contexts === undefined ? CONTEXTS : CONTEXTS.filter((context) => contexts.includes(context)),
  };
}

/** Every case of cases/*.sql, in the files' order. Throws where two share an id. */
export function readHazardCases(): HazardCase[] {
  const folder = path.join(import.meta.dirname, 'cases');
  const cases: HazardCase[] = [];
  for (const file of readdirSync(folder).sort()) {
    let row = '';
    for (const block of readFileSync(path.join(folder, file), 'utf8').split(/\n\n+/)) {
      const heading = /^-- row: (.*)$/.exec(block.trim());
      if (heading !== null) row = heading[1] ?? '';
      else if (block.trim() !== '') cases.push(parseBlock(block, row));
    }
  }
  const ids = new Set(cases.map(({ id }) => id));
  if (ids.size !== cases.length) throw new Error('Two cases share an id.');
  return cases;
}
