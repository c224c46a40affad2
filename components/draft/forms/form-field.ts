import type { RelationName } from '@/lib/core/sql-text';

export type FieldValue = string | boolean | readonly string[] | RelationName | null;
export type FieldValues = Readonly<Record<string, FieldValue>>;

/** What a field is about, which says how it is chosen. */
export type FieldKind =
  /** A table that is there. */
  | 'table'
  /** A name for a relation or type, written as in an operations file. */
  | 'relation'
  /** Several of them, in one line. */
  | 'relations'
  /** A part of the chosen table. */
  | 'column'
  | 'columns'
  | 'index'
  | 'constraint'
  /** A new name, or any short text. */
  | 'text'
  /** SQL of several lines. */
  | 'block'
  | 'flag'
  | 'choice'
  /** reject, quarantine, or a value. */
  | 'failure';

/** One field of an operation. `name` is its key in the operations file. */
export interface FormField {
  readonly name: string;
  readonly kind: FieldKind;
  readonly label: string;
  readonly optional?: boolean;
  readonly hint?: string;
  readonly placeholder?: string | ((values: FieldValues) => string);
  /** The field with the table whose parts are offered. @default table */
  readonly of?: string;
  readonly options?: readonly { readonly value: string; readonly label: string }[];
  /** What a flag or choice begins with. */
  readonly initial?: boolean | string;
  /** The flag says the opposite of the file's key. */
  readonly inverted?: boolean;
  /** Takes the whole line. */
  readonly wide?: boolean;
  /** Shown, and written, only then. */
  readonly when?: (values: FieldValues) => boolean;
}

/** How the form asks for one kind of operation. */
export interface OperationForm {
  readonly title: string;
  /** What it does, in one sentence, under the choice of the operation. */
  readonly about: string;
  /** For the suggested name: "rename" in rename-users-name. */
  readonly verb: string;
  readonly fields: readonly FormField[];
  /** One of these has to be filled in, although each may be left out. */
  readonly oneOf?: readonly string[];
  /** Where there are an old and a new column side by side that the application could write itself. @default never */
  readonly applicationMayWrite?: (values: FieldValues) => boolean;
}

/** The text of a field without the blanks around it; '' where it holds no text. */
export function textIn(values: FieldValues, name: string): string {
  const value = values[name];
  return typeof value === 'string' ? value.trim() : '';
}
