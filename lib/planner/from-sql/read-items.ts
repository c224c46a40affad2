import type { RelationName } from '@/lib/core/sql-text';
import type { Migration, MigrationProblem, MigrationStatement } from '@/lib/sql/migration/read-migration';
import { sourceText } from '@/lib/sql/source-text';
import type { HazardFinding } from '../hazards/effects';
import { type Judged, migrationJudge } from '../lint/migration-judge';
import { catalogReader } from '../memory-catalog/catalog-of';
import { copyMemory } from '../memory-catalog/copy-memory';
import type { Memory } from '../memory-catalog/memory';
import { conditionHolds } from './condition';
import type { ReadingOptions } from './migration-reading';
import { nothing, type Outcome, type Part, refused } from './part';
import { readStatement } from './read-statement';

/** A statement, or a stretch that is none, with its place. */
export interface ReadItem {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly text: string;
  readonly raw: readonly HazardFinding[];
}

export interface ReadItems {
  readonly statements: readonly ReadItem[];
  readonly parts: readonly Part[];
  readonly assumptions: readonly string[];
  readonly creates: readonly RelationName[];
}

/** Refusals that neither rows nor the statements before it can change: what does not exist, or not in this version. */
const NEVER = /^(42601|42611|42703|42P01|42P16|42704|0A000)$/;

const PROBLEMS = {
  syntax: ['syntax', 'Correct the line that is named.'],
  psql: ['psql', 'Take the line out: only psql knows it.'],
  'copy-data': ['copy-data', 'Load rows by the application, or with psql after the change.'],
} as const;

const shorten = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 200);

function problemOutcome(problem: MigrationProblem): Outcome {
  const [code, next] = PROBLEMS[problem.problem];
  return refused(
    code,
    problem.caret === null ? problem.message : `${problem.message}.\n${problem.caret}\n`,
    next,
  );
}

/** Reads a file statement by statement; the schema goes on from one to the next. */
export function readItems(migration: Migration, start: Memory, options: ReadingOptions): ReadItems {
  const memory = copyMemory(start);
  const complete = options.complete ?? true;
  const judges = migrationJudge(migration, memory, catalogReader(memory), {
    major: options.major,
    timeZone: null,
    complete,
  });
  const statements: ReadItem[] = [];
  const parts: Part[] = [];
  let created: ReadonlySet<string> = new Set();
  const readOne = (statement: Judged, raw: HazardFinding[]): Outcome[] => {
    if (created.size !== judges.created.size) created = new Set(judges.created);
    const effects = judges.judge(statement);
    raw.push(...(effects?.findings ?? []));
    const outcomes = readStatement(
      {
        start,
        before: judges.before(),
        after: memory,
        created,
        complete,
        text: statement.text,
        name: options.name,
        source: sourceText(statement.text, statement.base ?? 0),
      },
      statement.kind,
      statement.node,
    );
    const refusal = effects?.refused ?? null;
    const planned = outcomes.every(({ kind }) => kind === 'operation' || kind === 'extends');
    if (!complete || refusal === null || !planned || !NEVER.test(refusal)) return outcomes;
    const said = effects?.findings.find(({ rule }) => rule === 'refused')?.message;
    return [
      refused(
        'server-refuses',
        said ?? `PostgreSQL ${options.major} will refuse this statement (SQLSTATE ${refusal}).`,
        'Correct the statement; give the migrations before it (--after) or the database (--database) if they are not known.',
      ),
    ];
  };
  const read = (item: MigrationStatement, raw: HazardFinding[]): Outcome[] => {
    if (item.kind === 'TransactionStmt') judges.followTransaction(item.node);
    if (item.block === null) return readOne(item, raw);
    let asked: { readonly condition: string; readonly holds: boolean | null } | null = null;
    const inner = item.block.statements.flatMap((each) => {
      const { condition } = each;
      // Asked once, before the first of the statements that it is about.
      if (condition === null) asked = null;
      else if (asked?.condition !== condition)
        asked = { condition, holds: complete ? conditionHolds(memory, condition) : null };
      if (asked?.holds === false)
        return [nothing(`It runs only if ${shorten(asked.condition)}, which does not hold.`)];
      const found = readOne(each, raw);
      return asked === null || asked.holds === true
        ? found
        : [
            refused(
              'conditional-code',
              `Whether it runs depends on a condition: ${shorten(asked.condition)}.`,
              'Write out the statement that this database needs.',
            ),
          ];
    });
    const opaque = item.block.opaque.map(() =>
      refused('opaque-code', 'What this code does is only known when it runs.', 'Write the statements out.'),
    );
    return [...inner, ...opaque];
  };
  for (const item of migration.items) {
    const index = statements.length;
    const raw: HazardFinding[] = [];
    const outcomes = item.type === 'problem' ? [problemOutcome(item)] : read(item, raw);
    parts.push(...outcomes.map((outcome) => ({ ...outcome, statements: [index] })));
    statements.push({
      line: item.line,
      column: item.column,
      endLine: item.line + (item.text.match(/\n/g)?.length ?? 0),
      text: item.text,
      raw,
    });
  }
  const creates = [...memory.tables.values(), ...memory.views.values()]
    .filter(({ schema, name }) => judges.created.has(`${schema}.${name}`))
    .map(({ schema, name }) => ({ schema, name }));
  return { statements, parts, assumptions: [], creates };
}
