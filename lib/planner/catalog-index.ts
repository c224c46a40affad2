import type { RelationName } from '@/lib/core/sql-text';
import type { Catalog, IndexInfo, TableInfo } from './catalog';
import { relationLabel } from './plan-parts';

export interface FoundIndex {
  readonly table: TableInfo;
  readonly index: IndexInfo;
}

/** Entries of a catalog by name, kept while they change one by one. Of two indexes of one name the table that came first has it. */
export class CatalogIndex {
  private readonly entries = new Map<string, TableInfo>();
  /** Labels of the tables that have an index of a name. */
  private readonly indexes = new Map<string, readonly string[]>();
  private list: readonly TableInfo[] | null = null;

  table(name: RelationName): TableInfo | null {
    return this.entries.get(relationLabel(name)) ?? null;
  }

  index(name: RelationName): FoundIndex | null {
    const [label] = this.indexes.get(relationLabel(name)) ?? [];
    const table = label === undefined ? undefined : this.entries.get(label);
    const index = table?.indexes.find((each) => each.name === name.name);
    return table === undefined || index === undefined ? null : { table, index };
  }

  set(label: string, entry: TableInfo): void {
    const before = this.entries.get(label);
    if (before?.indexes !== entry.indexes) {
      const { schema } = entry;
      for (const { name } of before?.indexes ?? []) this.forget(relationLabel({ schema, name }), label);
      for (const { name } of entry.indexes) {
        const key = relationLabel({ schema, name });
        this.indexes.set(key, [...(this.indexes.get(key) ?? []), label]);
      }
    }
    this.entries.set(label, entry);
    this.list = null;
  }

  clear(): void {
    this.entries.clear();
    this.indexes.clear();
    this.list = null;
  }

  /** All entries, as a list that finds them by name. */
  tables(): readonly TableInfo[] {
    this.list ??= [...this.entries.values()];
    lists.set(this.list, this);
    return this.list;
  }

  private forget(key: string, label: string): void {
    const left = (this.indexes.get(key) ?? []).filter((each) => each !== label);
    if (left.length === 0) this.indexes.delete(key);
    else this.indexes.set(key, left);
  }
}

const lists = new WeakMap<readonly TableInfo[], CatalogIndex>();

/** Where the relations of a catalog are; made when it is first asked for. */
export function indexOfCatalog({ tables }: Pick<Catalog, 'tables'>): CatalogIndex {
  const known = lists.get(tables);
  if (known !== undefined) return known;
  const made = new CatalogIndex();
  for (const table of tables) if (made.table(table) === null) made.set(relationLabel(table), table);
  lists.set(tables, made);
  return made;
}
