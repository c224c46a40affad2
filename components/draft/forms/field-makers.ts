import type { FormField } from './form-field';

type More = Partial<FormField>;

export const TABLE: FormField = { name: 'table', kind: 'table', label: 'Table' };

export const otherTable = (name: string, label: string): FormField => ({ name, kind: 'table', label });

export const column = (name = 'column', label = 'Column'): FormField => ({ name, kind: 'column', label });

export const columns = (name = 'columns', label = 'Columns', more: More = {}): FormField => ({
  name,
  kind: 'columns',
  label,
  ...more,
});

/** A name or a short text of one line. */
export const text = (name: string, label: string, more: More = {}): FormField => ({
  name,
  kind: 'text',
  label,
  ...more,
});

/** SQL of one line. */
export const sql = (name: string, label: string, more: More = {}): FormField =>
  text(name, `${label} (SQL)`, { wide: true, ...more });

/** SQL of several lines. */
export const block = (name: string, label: string, more: More = {}): FormField => ({
  name,
  kind: 'block',
  label,
  ...more,
});

/** The name of a type or relation, which may bear its schema. */
export const relation = (name: string, label: string, more: More = {}): FormField => ({
  name,
  kind: 'relation',
  label,
  ...more,
});

export const flag = (name: string, label: string, more: More = {}): FormField => ({
  name,
  kind: 'flag',
  label,
  initial: false,
  wide: true,
  ...more,
});

export const choice = (
  name: string,
  label: string,
  options: readonly (readonly [value: string, label: string])[],
): FormField => ({
  name,
  kind: 'choice',
  label,
  options: options.map(([value, words]) => ({ value, label: words })),
  initial: options[0]?.[0] ?? '',
});

export const failure = (label: string, more: More = {}): FormField => ({
  name: 'onFailure',
  kind: 'failure',
  label,
  optional: true,
  wide: true,
  ...more,
});

/** What a constraint or index is to be called. */
export const OWN_NAME = text('name', 'Name', { optional: true, hint: "Empty: PostgreSQL's usual name." });
