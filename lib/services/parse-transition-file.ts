import type { z } from 'zod';
import { SegueError } from '@/lib/core/errors';
import { type TransitionSpec, toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import { dialectOf } from '@/lib/planner/from-pgroll/dialect-of';
import { pgrollReading } from '@/lib/planner/from-pgroll/pgroll-reading';
import { requireSpec } from '@/lib/planner/from-pgroll/require-spec';

/** Issues of a parse as "path" → message, the first for each path; a union's branch that came furthest speaks for it. */
export function fieldsOf(error: z.ZodError, prefix = ''): Record<string, string> {
  const fields: Record<string, string> = {};
  const collect = (issues: readonly z.core.$ZodIssue[], base: readonly PropertyKey[]): void => {
    for (const issue of issues) {
      const path = [...base, ...issue.path];
      if (issue.code === 'invalid_union' && issue.errors.length > 0) {
        collect(closestBranch(issue.errors), path);
        continue;
      }
      const key = [...(prefix === '' ? [] : [prefix]), ...path.map(String)].join('.');
      fields[key] ??= issue.message;
    }
  };
  collect(error.issues, []);
  return fields;
}

/** Of a union's failed branches the one whose complaints lie deepest: the one that was meant. */
function closestBranch(branches: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] {
  const depth = (issues: readonly z.core.$ZodIssue[]) =>
    Math.min(...issues.map((issue) => (issue.code === 'unrecognized_keys' ? -1 : issue.path.length)));
  return branches.reduce((best, branch) => (depth(branch) > depth(best) ? branch : best), branches[0] ?? []);
}

/** Reads an operations file or a pgroll migration. Throws `invalid_input` with `evidence.fields`, keyed like `file.operations.0.rename_column.from`. */
export function parseTransitionFile(file: unknown): TransitionSpec {
  if (dialectOf(file) === 'pgroll')
    return requireSpec(
      pgrollReading(file, { name: null, memory: null, answers: {} }),
      'The pgroll migration',
    );
  const parsed = transitionFileSchema.safeParse(file);
  if (parsed.success) return toTransitionSpec(parsed.data);
  const fields = fieldsOf(parsed.error, 'file');
  const [first] = Object.values(fields);
  throw new SegueError('invalid_input', first ?? 'The transition cannot be read.', {
    object: Object.keys(fields)[0],
    next: 'Correct the marked fields.',
    evidence: { fields },
    cause: parsed.error,
  });
}
