import { createHash } from 'node:crypto';
import path from 'node:path';
import { type Document, LineCounter, parseDocument } from 'yaml';
import { SegueError } from '@/lib/core/errors';
import {
  OPERATION_KINDS,
  type TransitionOrigin,
  type TransitionSpec,
  toTransitionSpec,
  transitionFileSchema,
} from '@/lib/core/operation';
import { dialectOf } from '@/lib/planner/from-pgroll/dialect-of';
import { type OperationPlace, pgrollName } from '@/lib/planner/from-pgroll/pgroll-reading';
import { operationPlaces } from './operation-places';
import { readMigrationText } from './read-migration-text';
import { transitionNameOf } from './transition-name';

/** What a file holds: operations as they stand, or SQL that has yet to be read against a schema. */
export type TransitionSource =
  | { readonly kind: 'operations'; readonly spec: TransitionSpec }
  | {
      readonly kind: 'migration';
      readonly name: string;
      readonly text: string;
      readonly origin: TransitionOrigin;
    }
  | {
      readonly kind: 'pgroll';
      readonly name: string;
      readonly file: unknown;
      readonly places: readonly OperationPlace[];
      readonly origin: TransitionOrigin;
    };

/** Reads a file of any kind that can become a transition (paths are the caller's). Throws `invalid_input` that names file, place and remedy. */
export async function readTransitionFile(file: string, cwd: string): Promise<TransitionSource> {
  const text = await readMigrationText(file, cwd);
  const origin = { file, sha256: createHash('sha256').update(text).digest('hex') };
  if (/\.sql$/i.test(file)) return { kind: 'migration', name: transitionNameOf(file), text, origin };
  const lines = new LineCounter();
  const document = parseYaml(text, file, lines);
  const value = contentOf(document, file);
  if (dialectOf(value) === 'segue') return { kind: 'operations', spec: toSpec(value, file) };
  const name = pgrollName(value, path.basename(file).replace(/\.(json|ya?ml)$/i, ''));
  return { kind: 'pgroll', name, file: value, places: operationPlaces(document, text, lines), origin };
}

/** Parses an operations file's text. YAML is read as its superset of JSON. Throws `invalid_input`. */
export function parseTransition(text: string, shown: string): TransitionSpec {
  return toSpec(contentOf(parseYaml(text, shown, new LineCounter()), shown), shown);
}

function toSpec(file: unknown, shown: string): TransitionSpec {
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

const unreadable = (shown: string, why: string, cause: unknown) =>
  new SegueError('invalid_input', `${shown} is neither JSON nor YAML: ${why}`, {
    object: shown,
    next: 'Correct the line that is named.',
    cause,
  });

function parseYaml(text: string, shown: string, lineCounter: LineCounter): Document {
  if (text.trim() === '')
    throw new SegueError('invalid_input', `${shown} is empty.`, {
      object: shown,
      next: 'See docs/operations-file.md.',
    });
  const document = parseDocument(text, { prettyErrors: true, lineCounter });
  const [broken] = document.errors;
  if (broken !== undefined) throw unreadable(shown, broken.message.split('\n')[0] ?? '', broken);
  return document;
}

function contentOf(document: Document, shown: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    // Aliases that refer to nothing, or that would unfold without end.
    if (error instanceof Error) throw unreadable(shown, `${error.message}.`, error);
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
