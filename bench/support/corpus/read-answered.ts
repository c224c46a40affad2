import {
  type Answers,
  type MigrationReading,
  migrationReading,
  type Question,
} from '@/lib/planner/from-sql/migration-reading';
import type { Memory } from '@/lib/planner/memory-catalog/memory';

/** A file as it is read with nothing answered, and with every question answered by what it suggests. */
export interface AnsweredReading {
  readonly first: MigrationReading;
  readonly answered: MigrationReading;
}

/** Values that fit most types, tried where a question suggests nothing. */
const answerOf = ({ suggestion, options, kind }: Question): string =>
  suggestion ?? options[0]?.id ?? (kind === 'value' ? "''" : 'SELECT 1');

/** Reads a file and answers for the person, so that the run goes on. Pure. */
export function readAnswered(text: string, memory: Memory, name: string, major: 15 | 18): AnsweredReading {
  const read = (answers: Answers) => migrationReading(text, memory, { name, answers, major });
  const first = read({});
  const answers: Record<string, string> = {};
  let answered = first;
  // An answer can raise further questions, or make others disappear.
  for (let round = 0; round < 5; round += 1) {
    const open = answered.questions.filter(({ required, answer }) => required && answer === null);
    if (open.length === 0) break;
    for (const question of open) answers[question.id] = answerOf(question);
    answered = read(answers);
  }
  return { first, answered };
}
