import type { Operation, OperationKind, TransitionFile } from '@/lib/core/operation';
import { PHASE_KINDS, PHASE_TITLES } from '@/lib/core/plan';
import type { RelationName } from '@/lib/core/sql-text';
import type { FieldValue, FieldValues, FormField } from './forms/form-field';
import { OPERATION_FORMS } from './forms/operation-forms';

/** One operation as it stands in the form, some of its fields still empty. */
export interface DraftOperation {
  readonly key: string;
  readonly kind: OperationKind;
  /** By the operations file's keys. Values of other kinds stay, so that a change of mind loses nothing. */
  readonly values: FieldValues;
}

type FileOperation = TransitionFile['operations'][number];

function emptyValue(field: FormField): FieldValue {
  switch (field.kind) {
    case 'table':
      return null;
    case 'columns':
      return [];
    case 'flag':
      return field.initial === true;
    default:
      return typeof field.initial === 'string' ? field.initial : '';
  }
}

function emptyValues(kind: OperationKind): FieldValues {
  return Object.fromEntries(OPERATION_FORMS[kind].fields.map((field) => [field.name, emptyValue(field)]));
}

/** An empty operation of a kind. `key` tells it from the others in the form. */
export function newDraftOperation(
  key: string,
  kind: OperationKind,
  table: RelationName | null,
): DraftOperation {
  const values = emptyValues(kind);
  return { key, kind, values: 'table' in values && values.table === null ? { ...values, table } : values };
}

/** The same operation as another kind; what both have is kept. */
export function withKind(draft: DraftOperation, kind: OperationKind): DraftOperation {
  const empty = emptyValues(kind);
  const fits = (name: string, value: FieldValue) =>
    typeof value === typeof empty[name] && Array.isArray(value) === Array.isArray(empty[name]);
  const kept = Object.entries(draft.values).filter(([name, value]) => !(name in empty) || fits(name, value));
  return { ...draft, kind, values: { ...empty, ...Object.fromEntries(kept) } };
}

const PARTS: ReadonlySet<FormField['kind']> = new Set(['column', 'columns', 'index', 'constraint']);

/** The same operation on another table, in the field `name`: what was chosen of the former one means nothing any more. */
export function withTable(draft: DraftOperation, name: string, table: RelationName): DraftOperation {
  const own = OPERATION_FORMS[draft.kind].fields;
  // Of other kinds too: their values stay for a change of mind, under names that may mean something else here.
  const parts = Object.values(OPERATION_FORMS)
    .flatMap(({ fields }) => fields)
    .filter(({ kind, of = 'table' }) => of === name && PARTS.has(kind))
    .filter((part) => own.every((field) => field.name !== part.name || PARTS.has(field.kind)));
  const cleared = parts.map((part): [string, FieldValue] => [part.name, emptyValue(part)]);
  return { ...draft, values: { ...draft.values, ...Object.fromEntries(cleared), [name]: table } };
}

const isRelation = (value: unknown): value is RelationName =>
  typeof value === 'object' && value !== null && 'schema' in value && 'name' in value;

/** A relation as it is typed: the schema only where it is not public. */
const written = ({ schema, name }: RelationName) => (schema === 'public' ? name : `${schema}.${name}`);

/** A list or a map that the form asks for in one line: "a, b" and "a = x, b = y". */
function inOneLine(value: unknown): FieldValue {
  if (Array.isArray(value)) return value.join(', ');
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map((pair) => pair.join(' = '))
      .join(', ');
  return typeof value === 'string' || typeof value === 'boolean' ? value : null;
}

/** An operation of an existing transition, back in the form. */
export function toDraftOperation(key: string, operation: Operation): DraftOperation {
  const { kind, ...body } = operation;
  const given = Object.entries(body).map(([name, value]): [string, FieldValue] => {
    const field = OPERATION_FORMS[kind].fields.find((candidate) => candidate.name === name);
    if (field?.kind === 'relation' && isRelation(value)) return [name, written(value)];
    if (field?.kind === 'relations' && Array.isArray(value))
      return [name, value.filter(isRelation).map(written).join(', ')];
    return [name, field?.kind === 'text' ? inOneLine(value) : (value as FieldValue)];
  });
  return { key, kind, values: { ...emptyValues(kind), ...Object.fromEntries(given) } };
}

/** The fields that count for what has been filled in so far. */
export function shownFields(draft: DraftOperation): readonly FormField[] {
  return OPERATION_FORMS[draft.kind].fields.filter((field) => field.when?.(draft.values) ?? true);
}

function isFilled(value: FieldValue | undefined): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value === 'string') return value.trim() !== '';
  return Array.isArray(value) ? value.length > 0 : true;
}

/** True once everything that the operation cannot do without is there. */
export function isComplete(draft: DraftOperation): boolean {
  const has = (name: string) => isFilled(draft.values[name]);
  const { oneOf = [] } = OPERATION_FORMS[draft.kind];
  return (
    // Of a choice something is always chosen; '' is PostgreSQL's own.
    shownFields(draft).every(
      ({ name, kind, optional }) => optional === true || kind === 'choice' || has(name),
    ) &&
    (oneOf.length === 0 || oneOf.some(has))
  );
}

/** True where the application could write both columns itself, so that it has to be asked who does. */
export function applicationMayWrite(draft: DraftOperation): boolean {
  return OPERATION_FORMS[draft.kind].applicationMayWrite?.(draft.values) ?? false;
}

function inFile(kind: FormField['kind'], value: FieldValue): FieldValue {
  if (typeof value !== 'string') return value;
  if (kind === 'relations')
    return value
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
  // A column that is picked is named literally, whatever stands around it.
  return kind === 'column' ? value : value.trim();
}

/** The operation as an operations file has it; what is empty is left out. The server checks it in full. */
export function toFileOperation(draft: DraftOperation): FileOperation {
  const body = shownFields(draft).flatMap(({ name, kind, optional }): [string, FieldValue][] => {
    const value = draft.values[name] ?? null;
    if (kind === 'flag' && optional === true && value === false) return [];
    return isFilled(value) ? [[name, inFile(kind, value)]] : [];
  });
  return { [draft.kind]: Object.fromEntries(body) } as unknown as FileOperation;
}

/** The screen's word for the phase of SQL of one's own. */
function phaseWord(value: FieldValue | undefined): string {
  const kind = PHASE_KINDS.find((candidate) => candidate === value);
  return kind === undefined ? '' : PHASE_TITLES[kind].toLowerCase();
}

/** A name that says what the first operation does: "rename-users-name". '' while that is not known. */
export function suggestName(drafts: readonly DraftOperation[]): string {
  const [first] = drafts;
  if (first === undefined) return '';
  const { verb, fields } = OPERATION_FORMS[first.kind];
  if (first.kind === 'free_sql') return isComplete(first) ? `${verb}-${phaseWord(first.values.phase)}` : '';
  const words = fields.slice(0, 2).flatMap(({ name, kind }): string[] => {
    const value = first.values[name];
    if (isRelation(value)) return [value.name];
    if (kind === 'block') return [];
    return Array.isArray(value) ? value : [typeof value === 'string' ? value.trim() : ''];
  });
  if (words.length === 0 || words.some((word) => word === '')) return '';
  return [verb, ...words]
    .join('-')
    .replaceAll(/[^\p{L}\p{N} ._/-]/gu, '-')
    .slice(0, 100);
}

/** The refusal of one field of one operation. Paths read "file.operations.0.rename_column.from". */
export function fieldError(
  fields: Readonly<Record<string, string>> | undefined,
  index: number,
  kind: OperationKind,
  field: string,
): string | null {
  return fields?.[`file.operations.${index}.${kind}.${field}`] ?? null;
}
