import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import { bareTable } from '../bare-catalog';
import type { ConstraintInfo, IndexInfo, TableInfo } from '../catalog';
import { emptyTable, type Memory, type MemoryTable, type MemoryView, takenNames } from './memory';
import type { Surroundings } from './surroundings';

const list = (names: readonly string[]): string => names.map(quoteIdent).join(', ');

const columnsOf = (index: IndexInfo): string[] => index.columns.map(({ name }) => name ?? '');

function constraintsOf(table: MemoryTable): ConstraintInfo[] {
  const deferred = (each: { deferrable: boolean; initiallyDeferred: boolean }) =>
    `${each.deferrable ? ' DEFERRABLE' : ''}${each.initiallyDeferred ? ' INITIALLY DEFERRED' : ''}`;
  const lazily = ({ enforced, validated }: { enforced: boolean; validated: boolean }) =>
    enforced ? (validated ? '' : ' NOT VALID') : ' NOT ENFORCED';
  const constraint = (
    name: string,
    type: ConstraintInfo['type'],
    definition: string,
    columns: readonly string[],
    rest: Partial<ConstraintInfo> = {},
  ): ConstraintInfo => ({
    name,
    type,
    definition,
    columns,
    validated: true,
    index: null,
    comment: null,
    dependents: [],
    ...rest,
  });
  const keys = table.indexes.flatMap((index): ConstraintInfo[] => {
    if (index.constraint === null) return [];
    const type = index.primary ? 'primary key' : index.exclusion ? 'exclusion' : 'unique';
    const include = index.include.length === 0 ? '' : ` INCLUDE (${list(index.include)})`;
    const distinct = index.nullsNotDistinct ? ' NULLS NOT DISTINCT' : '';
    const definition = `${type.toUpperCase()}${distinct} (${list(columnsOf(index))})${include}${deferred(index)}`;
    return [constraint(index.constraint, type, definition, columnsOf(index), { index: index.name })];
  });
  const checks = table.checks.map((check) => {
    const definition = `CHECK (${check.expression})${check.noInherit ? ' NO INHERIT' : ''}${lazily(check)}`;
    return constraint(check.name, 'check', definition, check.columns, { validated: check.validated });
  });
  const foreign = table.foreignKeys.map((key) => {
    const action = (what: string, value: string) => (value === 'NO ACTION' ? '' : ` ON ${what} ${value}`);
    const definition = `FOREIGN KEY (${list(key.columns)}) REFERENCES ${quoteName(key.references)}(${list(key.referencedColumns)})${key.match === 'FULL' ? ' MATCH FULL' : ''}${action('UPDATE', key.onUpdate)}${action('DELETE', key.onDelete)}${deferred(key)}${lazily(key)}`;
    return constraint(key.name, 'foreign key', definition, key.columns, { validated: key.validated });
  });
  const notNull = table.columns.flatMap(({ name, notNullName }) =>
    notNullName === null ? [] : [constraint(notNullName, 'not null', `NOT NULL ${quoteIdent(name)}`, [name])],
  );
  return [...keys, ...checks, ...foreign, ...notNull].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The primary key, or else the narrowest unique index over NOT NULL columns. */
function keyOf(table: MemoryTable): TableInfo['key'] {
  const columnOf = (name: string | null) => table.columns.find((column) => column.name === name);
  const usable = table.indexes.filter(
    (index) =>
      index.unique &&
      index.valid &&
      !index.deferrable &&
      index.predicate === null &&
      index.columns.every(({ name }) => columnOf(name)?.notNull === true),
  );
  const [best] = [...usable].sort(
    (a, b) => Number(b.primary) - Number(a.primary) || a.columns.length - b.columns.length,
  );
  return best?.columns.map(({ name }) => ({ name: name ?? '', type: columnOf(name)?.type ?? '' })) ?? null;
}

const ALONE: Surroundings = { inbound: [], views: [], children: [], partitions: [] };

/** A table's entry in the catalog. Names taken in its schema are gathered when they are asked for. */
export function tableInfo(
  memory: Memory,
  table: MemoryTable,
  around: Surroundings,
  reads: TableInfo['reads'] = [],
): TableInfo {
  const primary = table.indexes.find((index) => index.primary);
  // Most statements ask for no constraint, and each makes entries anew: they are printed when somebody does.
  const present = { ...table };
  let printed: ConstraintInfo[] | null = null;
  const constraints = (): ConstraintInfo[] => {
    printed ??= constraintsOf(present);
    return printed;
  };
  return {
    ...bareTable(table),
    reads,
    kind: table.kind,
    columns: table.columns,
    key: keyOf(table),
    primaryKey: primary === undefined ? [] : columnsOf(primary),
    indexes: [...table.indexes].sort((a, b) => (a.name < b.name ? -1 : 1)),
    get constraints() {
      return constraints();
    },
    checks: table.checks,
    foreignKeys: table.foreignKeys,
    inboundForeignKeys: around.inbound,
    dependents: [...table.dependents, ...around.views],
    triggers: table.triggers,
    inheritance: table.kind === 'partition' || table.inherits.length > 0 || around.children.length > 0,
    partitions: around.partitions,
    partitionKey: table.partitionKey,
    partitionBy: table.partitionBy,
    children: around.children,
    unlogged: table.unlogged,
    rowSecurity: table.rowSecurity,
    get takenNames() {
      return [...new Set([...takenNames(memory, table.schema), ...constraints().map(({ name }) => name)])];
    },
  };
}

/** A view's entry: what it reads. */
export function viewEntry(memory: Memory, view: MemoryView): TableInfo {
  const table: MemoryTable = {
    ...emptyTable(view),
    kind: view.materialized ? 'materialized view' : 'view',
    indexes: view.indexes ?? [],
  };
  return tableInfo(memory, table, ALONE, view.reads);
}
