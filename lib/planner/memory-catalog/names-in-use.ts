import { followChanges } from './follow-changes';
import { labelOf, type Memory, type MemoryTable } from './memory';

/** Names as `schema.name`, with the number of tables that have them. */
type Counted = Map<string, number>;

interface OwnNames {
  /** The lists that they were gathered from: each change of a table replaces one. */
  readonly from: Pick<MemoryTable, 'indexes' | 'checks' | 'foreignKeys' | 'columns'>;
  readonly indexes: readonly string[];
  readonly constraints: readonly string[];
}

function gather(table: MemoryTable): OwnNames {
  const { schema, indexes, checks, foreignKeys, columns } = table;
  const label = (name: string) => labelOf({ schema, name });
  return {
    from: { indexes, checks, foreignKeys, columns },
    indexes: indexes.map(({ name }) => label(name)),
    constraints: [
      ...[...checks, ...foreignKeys].map(({ name }) => label(name)),
      ...indexes.flatMap(({ constraint }) => (constraint === null ? [] : [label(constraint)])),
      ...columns.flatMap(({ notNullName }) => (notNullName === null ? [] : [label(notNullName)])),
    ],
  };
}

const count = (names: Counted, list: readonly string[], by: 1 | -1): void => {
  for (const name of list) {
    const left = (names.get(name) ?? 0) + by;
    if (left === 0) names.delete(name);
    else names.set(name, left);
  }
};

/** Names of the indexes and constraints of all tables, kept while the tables change: each new column asks for them. */
class NamesInUse {
  private readonly indexes: Counted = new Map();
  private readonly constraints: Counted = new Map();
  private readonly tables = new Map<string, OwnNames>();
  private readonly changed: () => ReadonlySet<string> | null;

  constructor(private readonly memory: Memory) {
    this.changed = followChanges(memory);
  }

  /** `current` is the table that the statement at hand is making or changing. */
  hasConstraint(label: string, current: MemoryTable): boolean {
    this.refresh(current);
    return this.constraints.has(label);
  }

  hasIndex(label: string, current: MemoryTable): boolean {
    this.refresh(current);
    return this.indexes.has(label);
  }

  private refresh(current: MemoryTable): void {
    const changed = this.changed();
    for (const label of changed ?? new Set([...this.tables.keys(), ...this.memory.tables.keys()]))
      this.look(label);
    this.look(labelOf(current));
  }

  private look(label: string): void {
    const known = this.tables.get(label);
    const table = this.memory.tables.get(label);
    if (
      known !== undefined &&
      table !== undefined &&
      known.from.indexes === table.indexes &&
      known.from.checks === table.checks &&
      known.from.foreignKeys === table.foreignKeys &&
      known.from.columns === table.columns
    )
      return;
    if (known !== undefined) {
      count(this.indexes, known.indexes, -1);
      count(this.constraints, known.constraints, -1);
      this.tables.delete(label);
    }
    if (table === undefined) return;
    const own = gather(table);
    count(this.indexes, own.indexes, 1);
    count(this.constraints, own.constraints, 1);
    this.tables.set(label, own);
  }
}

const known = new WeakMap<Memory, NamesInUse>();

/** The names of one memory. */
export function namesInUse(memory: Memory): NamesInUse {
  const found = known.get(memory) ?? new NamesInUse(memory);
  known.set(memory, found);
  return found;
}
