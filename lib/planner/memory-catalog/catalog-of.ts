import { type Catalog, FROM_FILES, type TableInfo } from '../catalog';
import { type Memory, takenNames } from './memory';
import { surroundings, tableInfo, viewEntry } from './table-info';

/** Gives the catalog as it is at the moment. */
export type CatalogReader = () => Catalog;

/**
 * A reader of what the files have left so far, which makes anew only the entries that have changed: a file of thousands of statements
 * is judged statement by statement. One reader for one memory. Sizes are not known; owners and rights are taken to be those of
 * whoever runs the files.
 */
export function catalogReader(memory: Memory): CatalogReader {
  const entries = new Map<string, TableInfo>();
  memory.touched = null;
  const refresh = (): void => {
    if (memory.touched?.size === 0) return;
    const around = surroundings(memory);
    const labels = memory.touched ?? memory.tables.keys();
    if (memory.touched === null) entries.clear();
    for (const label of labels) {
      const table = memory.tables.get(label);
      if (table !== undefined) entries.set(label, tableInfo(memory, table, around(label)));
    }
    if (memory.touched === null)
      for (const [label, view] of memory.views) entries.set(label, viewEntry(memory, view));
    memory.touched = new Set();
  };
  return () => {
    refresh();
    return {
      serverVersionNum: memory.serverVersionNum,
      identity: FROM_FILES,
      assumed: false,
      tables: [...entries.values()],
      schemas: [...memory.schemas].map((name) => ({
        name,
        canCreate: true,
        get takenNames() {
          return takenNames(memory, name);
        },
      })),
      enums: [...memory.enums.values()].map(({ relation, labels }) => ({
        ...relation,
        owned: true,
        owner: '',
        labels,
      })),
      domains: [...memory.domains.values()],
      partitionRules: {},
      tried: {},
      functions: Object.fromEntries(
        [...memory.functions].map(([name, { volatility }]) => [name, volatility]),
      ),
      types: {},
    };
  };
}

/** The catalog that the files have left. A reader of the same memory makes all its entries anew afterwards. */
export function catalogOf(memory: Memory): Catalog {
  const catalog = catalogReader(memory)();
  memory.touched = null;
  return catalog;
}
