import type { RelationName } from '@/lib/core/sql-text';
import type { ColumnDependent, InboundForeignKey, PartitionInfo, ViewInfo } from '../catalog';
import { labelOf, type Memory, type MemoryTable, type MemoryView } from './memory';

/** What a table's entry tells of other relations. */
export interface Surroundings {
  readonly inbound: readonly InboundForeignKey[];
  readonly views: readonly ColumnDependent[];
  /** Tables that inherit from it, at any level. */
  readonly children: readonly RelationName[];
  readonly partitions: readonly PartitionInfo[];
}

/** Grants and comments of views are not followed in files: whoever plans on them plans again on the database. */
const viewInfo = ({ schema, definition }: MemoryView): ViewInfo => ({
  schema,
  definition,
  options: [],
  owned: true,
  owner: '',
  comment: null,
  columnComments: [],
  grants: null,
  columnGrants: [],
  defaultGrantees: [],
  inTheWay: null,
});

type Lists<T> = Map<string, T[]>;

const put = <T>(lists: Lists<T>, label: string, value: T): void => {
  const list = lists.get(label);
  if (list === undefined) lists.set(label, [value]);
  else list.push(value);
};

const nameOf = ({ schema, name }: RelationName): RelationName => ({ schema, name });

/** Tables below one, at any level. */
function below(lists: Lists<MemoryTable>, label: string): RelationName[] {
  return (lists.get(label) ?? []).flatMap((table) => [nameOf(table), ...below(lists, labelOf(table))]);
}

function partitionsBelow(lists: Lists<MemoryTable>, root: RelationName): PartitionInfo[] {
  const own = lists.get(labelOf(root)) ?? [];
  return [
    ...own.map((table) => ({
      ...nameOf(table),
      parent: nameOf(root),
      leaf: table.partitionStrategy === null,
      indexes: [],
      columns: [],
      bound: table.parent?.bound ?? 'DEFAULT',
      rules: [],
    })),
    ...own.flatMap((table) => partitionsBelow(lists, table)),
  ];
}

/** What stands around each relation of one memory. Foreign keys are followed table by table, since most new tables bring some. */
export class AllSurroundings {
  /** Keys to a table, by the label of the table that has them. */
  private readonly inbound = new Map<string, Map<string, InboundForeignKey[]>>();
  private readonly keys = new Map<string, MemoryTable['foreignKeys']>();
  /** Tables in the order in which they came: keys are told in it. */
  private readonly places = new Map<string, number>();
  private views: Lists<ColumnDependent> = new Map();
  private heirs: Lists<MemoryTable> = new Map();
  private parts: Lists<MemoryTable> = new Map();

  constructor(private readonly memory: Memory) {}

  /** Looks at what has changed; null: at everything. */
  refresh(labels: ReadonlySet<string> | null): void {
    if (labels === null) this.begin();
    for (const label of labels ?? this.memory.tables.keys()) this.follow(label);
  }

  at(label: string): Surroundings {
    const table = this.memory.tables.get(label);
    const divided = table !== undefined && table.partitionStrategy !== null;
    const inbound = [...(this.inbound.get(label) ?? [])];
    if (inbound.length > 1) inbound.sort(([a], [b]) => this.placeOf(a) - this.placeOf(b));
    return {
      inbound: inbound.flatMap(([, keys]) => keys),
      views: this.views.get(label) ?? [],
      children: below(this.heirs, label),
      partitions: divided ? partitionsBelow(this.parts, table) : [],
    };
  }

  private placeOf(label: string): number {
    return this.places.get(label) ?? 0;
  }

  private begin(): void {
    this.inbound.clear();
    this.keys.clear();
    this.places.clear();
    this.views = new Map();
    this.heirs = new Map();
    this.parts = new Map();
    for (const table of this.memory.tables.values()) {
      for (const parent of table.inherits) put(this.heirs, labelOf(parent), table);
      if (table.parent !== null) put(this.parts, labelOf(table.parent.relation), table);
    }
    for (const view of this.memory.views.values())
      for (const { table, column } of view.uses)
        put(this.views, labelOf(table), {
          column,
          kind: view.materialized ? 'materialized view' : 'view',
          name: view.name,
          view: view.materialized ? null : viewInfo(view),
        });
  }

  private follow(label: string): void {
    const table = this.memory.tables.get(label);
    const before = this.keys.get(label);
    if (table === undefined || before === table.foreignKeys) return;
    if (!this.places.has(label)) this.places.set(label, this.places.size);
    for (const { references } of before ?? []) this.inbound.get(labelOf(references))?.delete(label);
    this.keys.set(label, table.foreignKeys);
    for (const key of table.foreignKeys) {
      const parent = labelOf(key.references);
      const lists = this.inbound.get(parent) ?? new Map<string, InboundForeignKey[]>();
      this.inbound.set(parent, lists);
      put(lists, label, { name: key.name, table: nameOf(table), columns: key.referencedColumns });
    }
  }
}
