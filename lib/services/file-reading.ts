import { isMap, isSeq, LineCounter, parseDocument } from 'yaml';
import { SegueError } from '@/lib/core/errors';
import { dialectOf } from '@/lib/planner/from-pgroll/dialect-of';
import { type OperationPlace, pgrollReading } from '@/lib/planner/from-pgroll/pgroll-reading';
import type { Answers, MigrationReading } from '@/lib/planner/from-sql/migration-reading';
import type { Memory } from '@/lib/planner/memory-catalog/memory';
import { parseTransitionFile } from './parse-transition-file';

interface OperationsDocument {
  readonly file: unknown;
  readonly places: readonly OperationPlace[];
}

/** Parses JSON or YAML and finds where each operation stands. Throws `invalid_input` with the place of a fault. */
export function readOperationsDocument(text: string): OperationsDocument {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: true });
  const [broken] = document.errors;
  if (broken !== undefined) {
    const { line, col } = counter.linePos(broken.pos[0]);
    throw new SegueError(
      'invalid_input',
      `Line ${line}, column ${col}: ${(broken.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '')}.`,
      { object: `line ${line}`, next: 'Correct it: the file is neither JSON nor YAML as it stands.' },
    );
  }
  const operations = isMap(document.contents) ? document.contents.get('operations', true) : null;
  const places = isSeq(operations)
    ? operations.items.map((item): OperationPlace => {
        const [from = 0, to = from] = hasRange(item) ? (item.range ?? []) : [];
        const own = text.slice(from, to).trimEnd();
        const start = counter.linePos(from);
        return {
          line: start.line,
          column: start.col,
          endLine: counter.linePos(from + Math.max(0, own.length - 1)).line,
          text: own,
        };
      })
    : [];
  return { file: document.toJS(), places };
}

const hasRange = (node: unknown): node is { readonly range?: readonly [number, number, number] | null } =>
  typeof node === 'object' && node !== null && 'range' in node;

/** The operations of such a document, each at its place. Throws SegueError where it is no operations file and no pgroll migration. */
export function operationsReading(
  { file, places }: OperationsDocument,
  input: { readonly name: string; readonly memory: Memory; readonly answers: Answers },
): MigrationReading {
  if (dialectOf(file) === 'pgroll') return pgrollReading(file, { ...input, places });
  const spec = parseTransitionFile(file);
  return {
    spec,
    statements: spec.operations.map((_, index) => ({
      ...(places[index] ?? { line: 1, column: 1, endLine: 1, text: '' }),
      fate: { kind: 'operation', operations: [index] },
      raw: [],
    })),
    questions: [],
    assumptions: [],
    creates: [],
  };
}
