import { SegueError } from '@/lib/core/errors';
import type { TransitionSpec } from '@/lib/core/operation';
import type { MigrationReading } from '../from-sql/migration-reading';

/**
 * The transition of a reading. Throws `unsupported` for what cannot be done safely, with its reason code in `evidence`, and
 * `confirmation_missing` with the questions while one that is required is open.
 */
export function requireSpec(reading: MigrationReading, file: string): TransitionSpec {
  if (reading.spec !== null) return reading.spec;
  const { questions, statements } = reading;
  for (const [index, { line, fate }] of statements.entries())
    if (fate.kind === 'refused')
      throw new SegueError('unsupported', `${file}:${line} operation ${index + 1}: ${fate.why}`, {
        object: file,
        next: fate.next,
        evidence: { code: fate.code, line },
      });
  const open = questions.filter(({ required, answer }) => required && answer === null);
  throw new SegueError(
    'confirmation_missing',
    `${file} leaves ${open.length === 1 ? 'a question' : `${open.length} questions`} open: ${open.map(({ text }) => text).join(' ')}`,
    {
      object: file,
      next: `Answer with ${open.map(({ id, options }) => `--answer '${id}=${options.map((option) => option.id).join('|') || '…'}'`).join(' ')}.`,
      evidence: { questions, statements },
    },
  );
}
