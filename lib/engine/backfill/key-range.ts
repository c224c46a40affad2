import { compareKey } from '@/lib/core/key-operator';
import type { KeyColumn } from '@/lib/core/plan';
import { quoteIdent } from '@/lib/core/sql-text';

/** A condition on the row for rows after one key and up to another, with its parameters (text, cast to the key's types). */
export interface KeyRange {
  readonly condition: string;
  readonly values: string[];
}

/** Rows with after < key ≤ upTo. */
export function keyRange(
  key: readonly KeyColumn[],
  after: readonly string[] | null,
  upTo: readonly string[] | null,
  row = 't',
): KeyRange {
  const columns = key.map((column) => `${row}.${quoteIdent(column.name)}`);
  const values: string[] = [];
  const given = (texts: readonly string[]) =>
    key.map((column, index) => {
      values.push(texts[index] ?? '');
      return `CAST($${values.length}::text AS ${column.type})`;
    });
  const parts = [
    ...(after === null ? [] : [compareKey(key, columns, '>', given(after))]),
    ...(upTo === null ? [] : [compareKey(key, columns, '<=', given(upTo))]),
  ];
  return { condition: parts.length === 0 ? 'true' : parts.join(' AND '), values };
}

/** SQL of a key as an array of texts. */
export function keyText(key: readonly KeyColumn[]): string {
  return `ARRAY[${key.map((column) => `t.${quoteIdent(column.name)}::text`).join(', ')}]`;
}
