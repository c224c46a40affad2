import type { TableInfo } from '../../catalog';
import { firstFree } from '../../memory-catalog/object-name';
import type { HazardFinding, JudgeOptions } from '../effects';
import type { Scene } from '../scene';

/** A statement that is to be written without harm. */
export interface Correction {
  readonly scene: Scene;
  readonly options: JudgeOptions;
  readonly text: string;
  readonly base: number;
  /** What another text would do before the same catalog. */
  readonly judge: (text: string) => readonly HazardFinding[];
}

/** A name as PostgreSQL would choose it for something of this table: users_email_key. */
export function chosenName(table: TableInfo, columns: readonly string[], label: string): string {
  const second = columns.length === 0 || label === 'pkey' ? null : columns.join('_');
  const taken = new Set(table.takenNames);
  return firstFree(table.name, second, label, (name) => taken.has(name));
}

const WORDS =
  /^(all|analyse|analyze|and|any|array|as|asc|asymmetric|both|case|cast|check|collate|column|constraint|create|current_\w+|default|deferrable|desc|distinct|do|else|end|except|false|fetch|for|foreign|from|grant|group|having|in|initially|intersect|into|lateral|leading|limit|localtime|localtimestamp|not|null|offset|on|only|or|order|placing|primary|references|returning|select|session_user|some|symmetric|table|then|to|trailing|true|union|unique|user|using|variadic|when|where|window|with|authorization|binary|collation|concurrently|cross|freeze|full|ilike|inner|is|isnull|join|left|like|natural|notnull|outer|overlaps|right|similar|tablesample|verbose)$/;

/** A name as people write it: quoted only where it must be. */
export const written = (name: string): string =>
  /^[a-z_][a-z0-9_]*$/.test(name) && !WORDS.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
