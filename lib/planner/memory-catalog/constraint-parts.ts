import { type Constraint, namesOf, nodesOf } from '@/lib/sql/ast';
import type { SourceText } from '@/lib/sql/source-text';
import { bareForeignKey } from '../bare-catalog';
import type { ForeignKey, IndexInfo } from '../catalog';
import { plainIndex } from './index-info';
import { labelOf, type Memory, type MemoryTable, relationOf, unqualified } from './memory';
import { constraintName, indexName } from './object-name';

/** What a foreign key does, by the parser's letter. */
export const KEY_ACTIONS: Readonly<Record<string, string>> = {
  a: 'NO ACTION',
  r: 'RESTRICT',
  c: 'CASCADE',
  n: 'SET NULL',
  d: 'SET DEFAULT',
};

function foreignKeyOf(
  memory: Memory,
  table: MemoryTable,
  node: Constraint,
  columns: readonly string[],
): ForeignKey {
  const references = relationOf(memory, node.pktable);
  const named = namesOf(node.pk_attrs);
  const parent = labelOf(references) === labelOf(table) ? table : memory.tables.get(labelOf(references));
  const key = parent?.indexes.find((index) => index.primary)?.columns.map(({ name }) => name ?? '') ?? [];
  return {
    ...bareForeignKey(
      node.conname ?? constraintName(memory, table, columns, 'fkey'),
      columns,
      references,
      named.length > 0 ? named : key,
    ),
    onUpdate: KEY_ACTIONS[node.fk_upd_action ?? 'a'] ?? 'NO ACTION',
    onDelete: KEY_ACTIONS[node.fk_del_action ?? 'a'] ?? 'NO ACTION',
    onDeleteColumns: namesOf(node.fk_del_set_cols),
    enforced: node.is_enforced === true,
    match: node.fk_matchtype === 'f' ? 'FULL' : 'SIMPLE',
    deferrable: node.deferrable ?? false,
    initiallyDeferred: node.initdeferred ?? false,
    validated: node.skip_validation !== true && node.is_enforced === true,
  };
}

function keyIndexOf(
  memory: Memory,
  table: MemoryTable,
  node: Constraint,
  columns: readonly string[],
): IndexInfo {
  const primary = node.contype === 'CONSTR_PRIMARY';
  const name = node.conname ?? indexName(memory, table, columns, primary ? 'pkey' : 'key');
  const using = table.indexes.find((index) => index.name === node.indexname);
  if (using !== undefined)
    return { ...using, name: node.conname ?? using.name, primary, constraint: node.conname ?? using.name };
  return plainIndex(
    table,
    {
      name,
      unique: true,
      primary,
      constraint: name,
      include: namesOf(node.including),
      nullsNotDistinct: node.nulls_not_distinct ?? false,
      deferrable: node.deferrable ?? false,
      initiallyDeferred: node.initdeferred ?? false,
    },
    columns,
  );
}

function exclusionOf(memory: Memory, table: MemoryTable, node: Constraint): IndexInfo {
  const elements = (node.exclusions ?? []).flatMap((each) =>
    nodesOf(JSON.parse(JSON.stringify(each)).List?.items, 'IndexElem'),
  );
  const columns = elements.map(({ name }) => name ?? 'expr');
  const name = node.conname ?? indexName(memory, table, columns, 'excl');
  return plainIndex(
    table,
    {
      name,
      unique: false,
      primary: false,
      constraint: name,
      exclusion: true,
      method: node.access_method ?? 'gist',
    },
    columns,
  );
}

/** Columns of the table that an expression names. */
function columnsIn(table: MemoryTable, expression: string): string[] {
  const words = new Set(
    expression
      .match(/"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*/gu)
      ?.map((word) => (word.startsWith('"') ? word.slice(1, -1).replaceAll('""', '"') : word.toLowerCase())),
  );
  return table.columns.flatMap(({ name }) => (words.has(name) ? [name] : []));
}

const withNotNull = (
  memory: Memory,
  table: MemoryTable,
  names: readonly string[],
  given: string | null,
): void => {
  for (const name of names) {
    const column = table.columns.find((each) => each.name === name);
    if (column === undefined || column.notNull) continue;
    const notNullName =
      memory.serverVersionNum >= 180_000
        ? (given ?? constraintName(memory, table, [name], 'not_null'))
        : null;
    table.columns = table.columns.map((each) =>
      each.name === name ? { ...each, notNull: true, notNullName } : each,
    );
  }
};

const hasConstraint = (table: MemoryTable, name: string): boolean =>
  [...table.checks, ...table.foreignKeys].some((each) => each.name === name) ||
  table.indexes.some(({ constraint }) => constraint === name);

/** A constraint, of a table or of the column `own`, becomes part of the table. */
export function addConstraint(
  memory: Memory,
  table: MemoryTable,
  node: Constraint,
  own: string | null,
  source: SourceText,
): void {
  const columns = own === null ? namesOf(node.keys) : [own];
  // Files that may run twice add it again and swallow the error.
  if (node.conname !== undefined && hasConstraint(table, node.conname)) return;
  switch (node.contype) {
    case 'CONSTR_NOTNULL':
      withNotNull(memory, table, columns, node.conname ?? null);
      return;
    case 'CONSTR_PRIMARY':
    case 'CONSTR_UNIQUE': {
      const index = keyIndexOf(memory, table, node, columns);
      table.indexes = [...table.indexes.filter(({ name }) => name !== node.indexname), index];
      if (index.primary)
        withNotNull(
          memory,
          table,
          index.columns.map(({ name }) => name ?? ''),
          null,
        );
      return;
    }
    case 'CONSTR_EXCLUSION':
      table.indexes = [...table.indexes, exclusionOf(memory, table, node)];
      return;
    case 'CONSTR_CHECK': {
      const expression = unqualified(table, source.listAfter(node.location ?? 0).join(', '));
      const used = columnsIn(table, expression);
      const check = {
        name:
          node.conname ??
          constraintName(
            memory,
            table,
            own === null ? used.slice(0, used.length === 1 ? 1 : 0) : [own],
            'check',
          ),
        columns: used,
        expression: `(${expression})`,
        validated: node.skip_validation !== true && node.is_enforced === true,
        noInherit: node.is_no_inherit ?? false,
        enforced: node.is_enforced === true,
        comment: null,
      };
      table.checks = [...table.checks, check];
      return;
    }
    case 'CONSTR_FOREIGN': {
      const referencing = own === null ? namesOf(node.fk_attrs) : [own];
      table.foreignKeys = [...table.foreignKeys, foreignKeyOf(memory, table, node, referencing)];
      return;
    }
    default:
  }
}
