import { SegueError } from '@/lib/core/errors';
import type { Operation } from '@/lib/core/operation';
import { parseExpression } from '@/lib/sql/expression';
import { parseStatements } from '@/lib/sql/statements';
import type { Answers, Fate, Question } from './migration-reading';
import type { Need, Part } from './part';
import type { ReadItem } from './read-items';

export interface Answered {
  readonly operations: readonly Operation[];
  /** One for each statement. */
  readonly fates: readonly (Fate | undefined)[];
  readonly questions: readonly Question[];
}

/** The answer to use, or null. Throws `invalid_input` for one that the question does not have. */
function takeAnswer(question: Need['question'], answers: Answers): string | null {
  const given = answers[question.id];
  if (given === undefined) return null;
  if (question.kind === 'way-back') {
    if (!/^\s*nothing\s*$/.test(given)) parseStatements(given, 'down');
  } else if (question.options.length === 0) parseExpression(given);
  else if (!question.options.some(({ id }) => id === given))
    throw new SegueError('invalid_input', `"${given}" is no answer to ${question.id}.`, {
      object: question.id,
      next: `Choose one of ${question.options.map(({ id }) => id).join(', ')}.`,
    });
  return given;
}

const RANK: Readonly<Record<Fate['kind'], number>> = { refused: 3, asks: 2, operation: 1, nothing: 0 };

/** Of what the parts of a statement come to, what a person has to know first. */
function merged(a: Fate | undefined, b: Fate): Fate {
  if (a === undefined || RANK[b.kind] > RANK[a.kind]) return b;
  if (a.kind === 'operation' && b.kind === 'operation')
    return { kind: 'operation', operations: [...new Set([...a.operations, ...b.operations])] };
  return a;
}

/** Puts the answers into the operations; what stays open becomes the fate of its statements. */
export function answerNeeds(
  parts: readonly Part[],
  statements: readonly ReadItem[],
  answers: Answers,
): Answered {
  const operations: Operation[] = [];
  const questions = new Map<string, Question>();
  const fates: (Fate | undefined)[] = statements.map(() => undefined);
  for (const given of parts) {
    const part = given.kind === 'type' ? { ...given.otherwise, statements: given.statements } : given;
    let fate: Fate;
    if (part.kind === 'operation') {
      let { operation } = part;
      let open: string | null = null;
      for (const { question, apply } of part.needs) {
        const answer = takeAnswer(question, answers);
        questions.set(question.id, {
          ...question,
          line: statements[part.statements[0] ?? 0]?.line ?? 1,
          answer,
        });
        const used = answer ?? (question.required ? null : question.suggestion);
        if (used !== null) operation = apply(operation, used);
        else if (question.required) open ??= question.id;
      }
      if (open === null) operations.push(operation);
      fate =
        open === null
          ? { kind: 'operation', operations: [operations.length - 1] }
          : { kind: 'asks', question: open };
    } else if (part.kind === 'extends')
      fate = {
        kind: 'refused',
        code: 'no-operation',
        why: `It concerns ${part.table.name}, which the same file makes, and cannot become part of making it.`,
        next: 'Put it, and what follows it on this table, into a file of its own.',
      };
    else if (part.kind === 'nothing') fate = { kind: 'nothing', why: part.why };
    else fate = { kind: 'refused', code: part.code, why: part.why, next: part.next };
    for (const index of part.statements) fates[index] = merged(fates[index], fate);
  }
  const unknown = Object.keys(answers).find((id) => !questions.has(id));
  if (unknown !== undefined)
    throw new SegueError('invalid_input', `The file raises no question "${unknown}".`, {
      object: unknown,
      next: questions.size === 0 ? 'Leave the answer out.' : `It raises ${[...questions.keys()].join(', ')}.`,
    });
  return { operations, fates, questions: [...questions.values()] };
}
