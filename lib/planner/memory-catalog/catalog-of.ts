import { type Catalog, FROM_FILES } from '../catalog';
import { CatalogIndex } from '../catalog-index';
import { followChanges } from './follow-changes';
import { type Memory, takenNames } from './memory';
import { AllSurroundings } from './surroundings';
import { tableInfo, viewEntry } from './table-info';

/** Gives the catalog as it is at the moment. */
export type CatalogReader = () => Catalog;

/**
 * A reader of what the files have left so far, which makes anew only the entries that have changed: a file of thousands of statements
 * is judged statement by statement. What it gives holds until the memory changes. Sizes are not known; owners and rights are taken
 * to be those of whoever runs the files.
 */
export function catalogReader(memory: Memory): CatalogReader {
  const entries = new CatalogIndex();
  const changed = followChanges(memory);
  const around = new AllSurroundings(memory);
  const refresh = (): void => {
    const labels = changed();
    if (labels?.size === 0) return;
    around.refresh(labels);
    if (labels === null) entries.clear();
    for (const label of labels ?? memory.tables.keys()) {
      const table = memory.tables.get(label);
      if (table !== undefined) entries.set(label, tableInfo(memory, table, around.at(label)));
    }
    if (labels === null)
      for (const [label, view] of memory.views) entries.set(label, viewEntry(memory, view));
  };
  return () => {
    refresh();
    const tables = entries.tables();
    return {
      serverVersionNum: memory.serverVersionNum,
      identity: FROM_FILES,
      assumed: false,
      tables,
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

/** The catalog that the files have left. */
export const catalogOf = (memory: Memory): Catalog => catalogReader(memory)();
