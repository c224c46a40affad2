import { identifierBytes, MAX_IDENTIFIER_BYTES } from '@/lib/core/sql-text';
import { labelOf, type Memory, type MemoryTable } from './memory';
import { namesInUse } from './names-in-use';

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

/** The first name of this form that is free, as PostgreSQL chooses one: users_email_key, users_email_key1 … */
export function firstFree(
  first: string,
  second: string | null,
  label: string,
  taken: (name: string) => boolean,
): string {
  let candidate = objectName(first, second, label);
  for (let n = 1; taken(candidate); n += 1) candidate = objectName(first, second, `${label}${n}`);
  return candidate;
}

/** Constraints are told apart in the whole schema when PostgreSQL chooses a name. */
const isConstraint = (memory: Memory, table: MemoryTable, name: string): boolean =>
  namesInUse(memory).hasConstraint(labelOf({ schema: table.schema, name }), table);

function isRelation(memory: Memory, table: MemoryTable, name: string): boolean {
  const label = labelOf({ schema: table.schema, name });
  return (
    memory.tables.has(label) ||
    memory.views.has(label) ||
    memory.otherNames.has(label) ||
    namesInUse(memory).hasIndex(label, table)
  );
}

/** Name for an index or for a constraint that an index carries. */
export function indexName(
  memory: Memory,
  table: MemoryTable,
  columns: readonly string[],
  label: string,
): string {
  const second = label === 'pkey' ? null : columns.join('_');
  return firstFree(table.name, second, label, (name) => isRelation(memory, table, name));
}

/** Name for a check, foreign key or NOT NULL constraint. */
export function constraintName(
  memory: Memory,
  table: MemoryTable,
  columns: readonly string[],
  label: string,
): string {
  const second = columns.length === 0 ? null : columns.join('_');
  return firstFree(table.name, second, label, (name) => isConstraint(memory, table, name));
}
