import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { SegueError } from '@/lib/core/errors';
import type { Answers } from '@/lib/planner/from-sql/migration-reading';
import type { CommandInput } from './main';
import { readText } from './read-text';

const answersSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String));

function parseAnswers(text: string, file: string): Answers {
  const refuse = (why: string, cause?: unknown) =>
    new SegueError('invalid_input', `${file} holds no answers: ${why}.`, {
      object: file,
      next: 'Write one line for each question: its id in quotes, a colon, and the answer as a text.',
      cause,
    });
  try {
    const parsed = answersSchema.safeParse(parse(text) ?? {});
    if (parsed.success) return parsed.data;
    throw refuse('it is not a list of question ids with their answers');
  } catch (error) {
    if (error instanceof YAMLParseError)
      throw refuse(error.message.split('\n')[0] ?? 'it is not YAML', error);
    throw error;
  }
}

/** What `--answer id=value` and `--answers file` say; the former win. Throws `invalid_input`. */
export async function readAnswers(
  { answer = [], answers }: CommandInput['options'],
  cwd: string,
): Promise<Answers> {
  const fromFile = answers === undefined ? {} : parseAnswers(await readText(answers, cwd), answers);
  const given = answer.map((each) => {
    const at = each.indexOf('=');
    if (at < 1)
      throw new SegueError('invalid_input', `--answer ${each} is not of the form question=answer.`, {
        object: '--answer',
        next: 'Write, for example, --answer "value:public.users.country=\'US\'".',
      });
    return [each.slice(0, at), each.slice(at + 1)] as const;
  });
  return { ...fromFile, ...Object.fromEntries(given) };
}
