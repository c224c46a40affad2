import {
  type Answers,
  type MigrationReading,
  migrationReading,
  type Question,
} from '@/lib/planner/from-sql/migration-reading';
import type { Memory } from '@/lib/planner/memory-catalog/memory';
import type { Major } from '@/lib/postgres/binaries';

/** A file as it is read with nothing answered, and with every question answered by what it suggests. */
export interface AnsweredReading {
  readonly first: MigrationReading;
  readonly answered: MigrationReading;
}

/** A value that fits a type, as a person would give it who does not care. */
const VALUES: readonly (readonly [RegExp, string])[] = [
  [/^uuid/, 'gen_random_uuid()'],
  [/^(small|big)?(int|serial)|^(numeric|decimal|real|double)/, '0'],
  [/^bool/, 'false'],
  [/^(timestamp|date)/, 'now()'],
  [/^json/, "'{}'"],
  [/\[\]$/, "'{}'"],
];

/** The type that the file writes behind the column's name, or the one that the column has. */
function typeOf(id: string, text: string, memory: Memory): string {
  const [schema, table, column = ''] = id.slice(id.indexOf(':') + 1).split('.');
  const known = memory.tables.get(`${schema}.${table}`)?.columns.find(({ name }) => name === column)?.type;
  const written = new RegExp(`"?\\b${column}"?\\s+(?:SET\\s+DATA\\s+TYPE\\s+|TYPE\\s+)?"?(\\w+)`, 'i').exec(
    text,
  )?.[1];
  return known ?? written?.toLowerCase() ?? 'text';
}

const answerOf = ({ id, suggestion, options, kind }: Question, text: string, memory: Memory): string => {
  const given = suggestion ?? options[0]?.id;
  if (given !== undefined || kind !== 'value') return given ?? 'SELECT 1';
  const type = typeOf(id, text, memory);
  return VALUES.find(([pattern]) => pattern.test(type))?.[1] ?? "''";
};

/** Reads a file and answers for the person, so that the run goes on. Pure. */
export function readAnswered(text: string, memory: Memory, name: string, major: Major): AnsweredReading {
  const read = (answers: Answers) => migrationReading(text, memory, { name, answers, major });
  const first = read({});
  const answers: Record<string, string> = {};
  let answered = first;
  // An answer can raise further questions, or make others disappear.
  for (let round = 0; round < 5; round += 1) {
    const open = answered.questions.filter(({ required, answer }) => required && answer === null);
    if (open.length === 0) break;
    for (const question of open) answers[question.id] = answerOf(question, text, memory);
    answered = read(answers);
  }
  return { first, answered };
}
