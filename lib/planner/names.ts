import { createHash } from 'node:crypto';
import { identifierBytes, MAX_IDENTIFIER_BYTES } from '@/lib/core/sql-text';

/** Eight hex digits that tell one transition's objects from another's. */
export function transitionTag(transitionName: string): string {
  return createHash('sha256').update(transitionName).digest('hex').slice(0, 8);
}

/** The column of the new type while the old one still has the name. */
export function freshName(tag: string, column: string): string {
  return fitIdentifier(`segue_new_${tag}_${column}`);
}

/** Under what name a column or table stands by when it is retired. */
export function nameOfRetired(tag: string, name: string): string {
  return fitIdentifier(`segue_retired_${tag}_${name}`);
}

/** A signed 63-bit seed for `hash_record_extended`, different for each index. */
export function hashSeed(text: string): string {
  return (createHash('sha256').update(text).digest().readBigInt64BE() >> 1n).toString();
}

/** Cuts a name to PostgreSQL's limit without splitting a character, marking the cut with a hash so that two long names stay two. */
export function fitIdentifier(name: string): string {
  if (identifierBytes(name) <= MAX_IDENTIFIER_BYTES) return name;
  const mark = `_${createHash('sha256').update(name).digest('hex').slice(0, 6)}`;
  return `${cutIdentifier(name, mark.length)}${mark}`;
}

/** Cuts a name as PostgreSQL does when it makes one of it, without splitting a character; `spare` bytes are for what it adds. */
export function cutIdentifier(name: string, spare: number): string {
  let cut = name;
  while (identifierBytes(cut) > MAX_IDENTIFIER_BYTES - spare) cut = [...cut].slice(0, -1).join('');
  return cut;
}

/**
 * Name of a clone: "users_name_idx" becomes "users_full_name_idx" when "name" becomes "full_name". Where the old column
 * is not a word of the name, the new column's name is appended. Never collides with `taken`.
 */
export function cloneName(
  original: string,
  oldColumn: string,
  newColumn: string,
  taken: readonly string[],
): string {
  const words = original.split('_');
  const oldWords = oldColumn.split('_');
  const at = words.findIndex((_, index) => oldWords.every((word, offset) => words[index + offset] === word));
  const renamed =
    at < 0
      ? `${original}_${newColumn}`
      : [...words.slice(0, at), newColumn, ...words.slice(at + oldWords.length)].join('_');
  let candidate = fitIdentifier(renamed);
  for (let n = 1; taken.includes(candidate); n += 1) candidate = fitIdentifier(`${renamed}_${n}`);
  return candidate;
}

/** The name, cut to fit, with a number where it is taken already. */
export function freeName(wanted: string, taken: readonly string[]): string {
  let candidate = fitIdentifier(wanted);
  for (let n = 1; taken.includes(candidate); n += 1) candidate = fitIdentifier(`${wanted}_${n}`);
  return candidate;
}
