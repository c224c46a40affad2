import { createHash } from 'node:crypto';
import path from 'node:path';
import { parseDocument } from 'yaml';
import { SegueError } from '@/lib/core/errors';
import {
  OPERATION_KINDS,
  type TransitionOrigin,
  type TransitionSpec,
  toTransitionSpec,
  transitionFileSchema,
} from '@/lib/core/operation';
import { dialectOf } from '@/lib/planner/from-pgroll/dialect-of';
import { pgrollReading } from '@/lib/planner/from-pgroll/pgroll-reading';
import { requireSpec } from '@/lib/planner/from-pgroll/require-spec';
import { readText } from './read-text';
import { transitionNameOf } from './transition-name';

/** What a file holds: operations as they stand, or SQL that has yet to be read against a schema. */
export type TransitionSource =
  | { readonly kind: 'operations'; readonly spec: TransitionSpec }
  | {
      readonly kind: 'migration';
      readonly name: string;
      readonly text: string;
      readonly origin: TransitionOrigin;
    };

/** Reads a file of any kind that can become a transition (paths are the caller's). Throws `invalid_input` that names file, place and remedy. */
export async function readTransitionFile(file: string, cwd: string): Promise<TransitionSource> {
  const text = await readText(file, cwd);
  if (!/\.sql$/i.test(file)) return { kind: 'operations', spec: parseTransition(text, file) };
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { kind: 'migration', name: transitionNameOf(file), text, origin: { file, sha256 } };
}

/** Parses an operations file's text. YAML is read as its superset of JSON. Throws `invalid_input`. */
export function parseTransition(text: string, shown: string): TransitionSpec {
  if (text.trim() === '')
    throw new SegueError('invalid_input', `${shown} is empty.`, {
      object: shown,
      next: 'See docs/operations-file.md.',
    });
  const file = parseYaml(text, shown);
  if (dialectOf(file) === 'pgroll') {
    const name = path.basename(shown).replace(/\.(json|ya?ml)$/i, '');
    return requireSpec(pgrollReading(file, { name, memory: null, answers: {} }), shown);
  }
  const parsed = transitionFileSchema.safeParse(file);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
    throw new SegueError('invalid_input', `${shown} is not an operations file: ${describe(issue)}${place}.`, {
      object: shown,
      next: 'See docs/operations-file.md and docs/operations-file.schema.json.',
    });
  }
  return toTransitionSpec(parsed.data);
}

function parseYaml(text: string, shown: string): unknown {
  const refuse = (why: string, cause: unknown) =>
    new SegueError('invalid_input', `${shown} is neither JSON nor YAML: ${why}`, {
      object: shown,
      next: 'Correct the line that is named.',
      cause,
    });
  const document = parseDocument(text, { prettyErrors: true });
  const [broken] = document.errors;
  if (broken !== undefined) throw refuse(broken.message.split('\n')[0] ?? '', broken);
  try {
    return document.toJS();
  } catch (error) {
    // Aliases that refer to nothing, or that would unfold without end.
    if (error instanceof Error) throw refuse(`${error.message}.`, error);
    throw error;
  }
}

interface Issue {
  readonly code?: string;
  readonly message: string;
  readonly errors?: readonly (readonly Issue[])[];
  readonly path: readonly PropertyKey[];
}

/** Of a union's failures the one that got furthest is the one that the author meant. */
function describe(issue: Issue | undefined): string {
  if (issue === undefined) return 'it is empty';
  const branches = issue.errors ?? [];
  const meant = branches.filter(
    (branch) => !branch.some((inner) => inner.code === 'unrecognized_keys' && inner.path.length === 0),
  );
  const inner = meant[0]?.[0];
  if (issue.code === 'invalid_union' && inner !== undefined)
    return `${describe(inner)}${inner.path.length === 0 ? '' : ` at ${inner.path.map(String).join('.')}`}`;
  return issue.code === 'invalid_union'
    ? `it names no operation that Segue knows (${OPERATION_KINDS.join(', ')})`
    : issue.message;
}
