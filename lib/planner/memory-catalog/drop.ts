import { type NodeOf, namesOf, nodeOf } from '@/lib/sql/ast';
import { writtenNames } from './create-table';
import { labelOf, type Memory, resolveName } from './memory';

type Drop = (memory: Memory, written: { schema: string | null; name: string }) => void;

function dropTable(memory: Memory, written: { schema: string | null; name: string }): void {
  const label = labelOf(resolveName(memory, written, memory.tables));
  const gone = memory.tables.get(label);
  if (gone === undefined) return;
  memory.tables.delete(label);
  for (const table of memory.tables.values()) {
    table.foreignKeys = table.foreignKeys.filter(({ references }) => labelOf(references) !== label);
    if (table.parent !== null && labelOf(table.parent.relation) === label)
      dropTable(memory, { schema: table.schema, name: table.name });
  }
  for (const [name, view] of memory.views)
    if (view.uses.some((use) => labelOf(use.table) === label)) memory.views.delete(name);
  const owned = gone.columns.flatMap(({ ownedSequences, identitySequence }) => [
    ...ownedSequences,
    ...(identitySequence === null ? [] : [identitySequence.name]),
  ]);
  for (const [name, other] of memory.otherNames)
    if (owned.includes(`"${other.schema}"."${other.name}"`)) memory.otherNames.delete(name);
}

const DROPS: Readonly<Record<string, Drop>> = {
  OBJECT_TABLE: dropTable,
  OBJECT_VIEW: (memory, written) =>
    void memory.views.delete(labelOf(resolveName(memory, written, memory.views))),
  OBJECT_MATVIEW: (memory, written) =>
    void memory.views.delete(labelOf(resolveName(memory, written, memory.views))),
  OBJECT_INDEX: (memory, written) => {
    for (const table of memory.tables.values())
      if (
        written.schema === null ? memory.searchPath.includes(table.schema) : table.schema === written.schema
      )
        table.indexes = table.indexes.filter(({ name }) => name !== written.name);
  },
  OBJECT_TYPE: (memory, written) =>
    void memory.enums.delete(labelOf(resolveName(memory, written, memory.enums))),
  OBJECT_DOMAIN: (memory, written) =>
    void memory.domains.delete(labelOf(resolveName(memory, written, memory.domains))),
  OBJECT_SEQUENCE: (memory, written) =>
    void memory.otherNames.delete(labelOf(resolveName(memory, written, memory.otherNames))),
  OBJECT_FUNCTION: (memory, written) => void memory.functions.delete(written.name),
  OBJECT_SCHEMA: (memory, { name }) => {
    memory.schemas.delete(name);
    for (const table of [...memory.tables.values()])
      if (table.schema === name) dropTable(memory, { schema: name, name: table.name });
    for (const map of [memory.views, memory.enums, memory.domains, memory.otherNames])
      for (const label of [...map.keys()]) if (label.startsWith(`${name}.`)) map.delete(label);
  },
};

/** DROP …: what is not there is passed over, as with IF EXISTS. */
export function drop(memory: Memory, statement: NodeOf<'DropStmt'>): void {
  const kind = statement.removeType ?? '';
  const objects = statement.objects ?? [];
  if (kind === 'OBJECT_TRIGGER' || kind === 'OBJECT_POLICY') {
    for (const object of objects) {
      const parts = namesOf(nodeOf(object, 'List')?.items);
      const written = { schema: parts.length > 2 ? (parts.at(-3) ?? null) : null, name: parts.at(-2) ?? '' };
      const table = memory.tables.get(labelOf(resolveName(memory, written, memory.tables)));
      const name = parts.at(-1);
      if (table === undefined) continue;
      table.triggers = table.triggers.filter((trigger) => trigger.name !== name);
      table.dependents = table.dependents.filter((each) => each.kind !== 'policy' || each.name !== name);
    }
    return;
  }
  const plain = objects.flatMap((object) => nodeOf(object, 'String')?.sval ?? []);
  const functions = objects.flatMap((object) => {
    const names = namesOf(nodeOf(object, 'ObjectWithArgs')?.objname);
    return names.length === 0
      ? []
      : [{ schema: names.length > 1 ? (names[0] ?? null) : null, name: names.at(-1) ?? '' }];
  });
  const written = [
    ...plain.map((name) => ({ schema: null, name })),
    ...functions,
    ...writtenNames(objects).filter(({ name }) => name !== ''),
  ];
  for (const each of written) DROPS[kind]?.(memory, each);
}
