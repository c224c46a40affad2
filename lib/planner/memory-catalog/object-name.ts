import { identifierBytes, MAX_IDENTIFIER_BYTES } from '@/lib/core/sql-text';
import { type Memory, type MemoryTable, takenNames } from './memory';

const cut = (name: string, bytes: number): string => {
  let shorter = name;
  while (identifierBytes(shorter) > bytes) shorter = [...shorter].slice(0, -1).join('');
  return shorter;
};

/** PostgreSQL's own way to name what nobody named (makeObjectName in commands/indexcmds.c): the longer part is cut first. */
function objectName(first: string, second: string | null, label: string): string {
  const available = MAX_IDENTIFIER_BYTES - label.length - 1 - (second === null ? 0 : 1);
  let firstBytes = identifierBytes(first);
  let secondBytes = second === null ? 0 : identifierBytes(second);
  while (firstBytes + secondBytes > available) {
    if (firstBytes > secondBytes) firstBytes -= 1;
    else secondBytes -= 1;
  }
  const parts = [cut(first, firstBytes), ...(second === null ? [] : [cut(second, secondBytes)]), label];
  return parts.join('_');
}

function firstFree(first: string, second: string | null, label: string, taken: ReadonlySet<string>): string {
  let candidate = objectName(first, second, label);
  for (let n = 1; taken.has(candidate); n += 1) candidate = objectName(first, second, `${label}${n}`);
  return candidate;
}

/** Names of all constraints in a schema: constraints are told apart there when PostgreSQL chooses a name. */
function constraintNames(memory: Memory, schema: string): Set<string> {
  const names = new Set<string>();
  for (const table of memory.tables.values()) {
    if (table.schema !== schema) continue;
    for (const { name } of [...table.checks, ...table.foreignKeys]) names.add(name);
    for (const { constraint } of table.indexes) if (constraint !== null) names.add(constraint);
    for (const { notNullName } of table.columns) if (notNullName !== null) names.add(notNullName);
  }
  return names;
}

/** Name for an index or for a constraint that an index carries. */
export function indexName(
  memory: Memory,
  table: MemoryTable,
  columns: readonly string[],
  label: string,
): string {
  const second = label === 'pkey' ? null : columns.join('_');
  return firstFree(table.name, second, label, new Set(takenNames(memory, table.schema)));
}

/** Name for a check, foreign key or NOT NULL constraint. */
export function constraintName(
  memory: Memory,
  table: MemoryTable,
  columns: readonly string[],
  label: string,
): string {
  const second = columns.length === 0 ? null : columns.join('_');
  const own = [...table.checks, ...table.foreignKeys].map(({ name }) => name);
  return firstFree(table.name, second, label, new Set([...constraintNames(memory, table.schema), ...own]));
}
