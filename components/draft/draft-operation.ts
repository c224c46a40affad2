import type { Operation, OperationKind, TransitionFile } from '@/lib/core/operation';
import type { RelationName } from '@/lib/core/sql-text';

/** One operation as it stands in the form: all texts, some of them still empty. */
export interface DraftOperation {
  readonly key: string;
  readonly kind: OperationKind;
  readonly table: RelationName | null;
  readonly column: string;
  readonly to: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly default: string;
  readonly value: string;
  readonly restore: string;
  readonly up: string;
  readonly down: string;
  /** '' none, 'reject', 'quarantine', or an expression. */
  readonly onFailure: string;
}

type FileOperation = TransitionFile['operations'][number];

/** An empty operation of a kind. `key` tells it from the others in the form. */
export function newDraftOperation(
  key: string,
  kind: OperationKind,
  table: RelationName | null,
): DraftOperation {
  return {
    key,
    kind,
    table,
    column: '',
    to: '',
    type: '',
    nullable: true,
    default: '',
    value: '',
    restore: '',
    up: '',
    down: '',
    onFailure: '',
  };
}

/** An operation of an existing transition, back in the form. */
export function toDraftOperation(key: string, operation: Operation): DraftOperation {
  const empty = newDraftOperation(key, operation.kind, operation.table);
  switch (operation.kind) {
    case 'rename_column':
      return { ...empty, column: operation.from, to: operation.to };
    case 'add_column':
      return {
        ...empty,
        column: operation.column,
        type: operation.type,
        nullable: operation.nullable,
        default: operation.default ?? '',
        value: operation.value ?? '',
      };
    case 'drop_column':
      return { ...empty, column: operation.column, restore: operation.restore ?? '' };
    case 'change_type':
      return {
        ...empty,
        column: operation.column,
        to: operation.to ?? '',
        type: operation.type,
        up: operation.up ?? '',
        down: operation.down ?? '',
        onFailure: operation.onFailure ?? '',
      };
    case 'set_not_null':
      return { ...empty, column: operation.column, value: operation.value ?? '' };
  }
}

/** True once everything that the operation cannot do without is there. */
export function isComplete(draft: DraftOperation): boolean {
  if (draft.table === null || draft.column === '') return false;
  if (draft.kind === 'rename_column') return draft.to.trim() !== '';
  if (draft.kind === 'add_column' || draft.kind === 'change_type') return draft.type.trim() !== '';
  return true;
}

function filled<K extends string>(key: K, text: string): { readonly [P in K]?: string } {
  const value = text.trim();
  return (value === '' ? {} : { [key]: value }) as { readonly [P in K]?: string };
}

/** The operation as an operations file has it; empty texts are left out. */
export function toFileOperation(draft: DraftOperation): FileOperation {
  const table = draft.table ?? { schema: 'public', name: '' };
  const { column } = draft;
  switch (draft.kind) {
    case 'rename_column':
      return { rename_column: { table, from: column, to: draft.to.trim() } };
    case 'add_column':
      return {
        add_column: {
          table,
          column: column.trim(),
          type: draft.type.trim(),
          nullable: draft.nullable,
          ...filled('default', draft.default),
          ...filled('value', draft.nullable ? '' : draft.value),
        },
      };
    case 'drop_column':
      return { drop_column: { table, column, ...filled('restore', draft.restore) } };
    case 'change_type':
      return {
        change_type: {
          table,
          column,
          type: draft.type.trim(),
          ...filled('to', draft.to),
          ...filled('up', draft.up),
          ...filled('down', draft.down),
          ...filled('onFailure', draft.onFailure),
        },
      };
    case 'set_not_null':
      return { set_not_null: { table, column, ...filled('value', draft.value) } };
  }
}

/** A name that says what the first operation does: "rename-users-name". '' while that is not known. */
export function suggestName(drafts: readonly DraftOperation[]): string {
  const [first] = drafts;
  if (first === undefined || first.table === null || first.column === '') return '';
  const verb = {
    rename_column: 'rename',
    add_column: 'add',
    drop_column: 'remove',
    change_type: 'retype',
    set_not_null: 'require',
  }[first.kind];
  return `${verb}-${first.table.name}-${first.column}`.replaceAll(/[^\p{L}\p{N} ._/-]/gu, '-').slice(0, 100);
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
