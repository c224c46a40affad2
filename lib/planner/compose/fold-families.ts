import type { Operation, OperationOf } from '@/lib/core/operation';
import type { RelationName } from '@/lib/core/sql-text';
import { type Catalog, type ForeignKey, findTable } from '../catalog';
import { relationLabel } from '../plan-parts';
import type { Arranged, FamilyLink } from './arranged';

type ChangeType = OperationOf<'change_type'>;
type AddKey = OperationOf<'add_foreign_key'>;
/** "schema.table.column" */
type Label = string;

const labelOf = (table: RelationName, column: string): Label => `${relationLabel(table)}.${column}`;

const isSwap = (operation: Operation): operation is ChangeType =>
  operation.kind === 'change_type' && (operation.to === undefined || operation.to === operation.column);

const swapsIn = (list: readonly Arranged[]): Map<Label, Arranged> =>
  new Map(
    list.flatMap((each) =>
      isSwap(each.operation) ? [[labelOf(each.operation.table, each.operation.column), each]] : [],
    ),
  );

/** Columns at both ends of a foreign key, pair by pair. */
const endsOf = (
  table: RelationName,
  key: Pick<ForeignKey, 'columns' | 'references' | 'referencedColumns'>,
): { readonly child: Label; readonly parent: Label }[] =>
  key.columns.map((column, at) => ({
    child: labelOf(table, column),
    parent: labelOf(key.references, key.referencedColumns[at] ?? ''),
  }));

/** The columns that a new foreign key points at: those that are named, or the primary key. */
const pointsAt = ({ references, referencedColumns }: AddKey, catalog: Catalog): readonly string[] =>
  referencedColumns ?? findTable(catalog, references)?.primaryKey ?? [];

const sameKey = (key: ForeignKey, added: AddKey, catalog: Catalog): boolean =>
  relationLabel(key.references) === relationLabel(added.references) &&
  String(key.columns) === String(added.columns) &&
  String(key.referencedColumns) === String(pointsAt(added, catalog));

/** An index for a foreign key that asks for one, where there is none. */
function indexFor(each: Arranged, key: AddKey, catalog: Catalog): Arranged[] {
  const [first] = key.columns;
  const led = findTable(catalog, key.table)?.indexes.some((index) => index.columns[0]?.name === first);
  if (!key.index || led === true) return [];
  const operation: Operation = {
    kind: 'add_index',
    table: key.table,
    columns: [...key.columns],
    unique: false,
    keys: undefined,
    method: undefined,
    include: undefined,
    where: undefined,
    name: undefined,
  };
  return [{ operation, index: each.index, part: 'index' }];
}

/** Foreign keys that are dropped for a change of type and made anew after it: they go with the columns. */
function takeLinks(
  list: readonly Arranged[],
  catalog: Catalog,
): { readonly rest: Arranged[]; readonly links: FamilyLink[] } {
  const swaps = swapsIn(list);
  const gone = new Set<Arranged>();
  const indexes = new Map<Arranged, Arranged[]>();
  const links = list.flatMap((each): FamilyLink[] => {
    const key = each.operation;
    const table = key.kind === 'add_foreign_key' ? findTable(catalog, key.table) : undefined;
    if (key.kind !== 'add_foreign_key' || table === undefined) return [];
    if (!pointsAt(key, catalog).some((column) => swaps.has(labelOf(key.references, column)))) return [];
    const dropped = list.find(
      ({ operation }) =>
        operation.kind === 'drop_constraint' &&
        relationLabel(operation.table) === relationLabel(table) &&
        table.foreignKeys.some((old) => old.name === operation.constraint && sameKey(old, key, catalog)),
    );
    gone.add(each);
    if (dropped !== undefined) gone.add(dropped);
    indexes.set(each, indexFor(each, key, catalog));
    return [
      {
        table: key.table,
        dropped: dropped?.operation.kind === 'drop_constraint' ? dropped.operation.constraint : null,
        key,
        index: each.index,
      },
    ];
  });
  return { rest: list.flatMap((each) => indexes.get(each) ?? (gone.has(each) ? [] : [each])), links };
}

/** Foreign keys that stay, between columns that all change. */
function keptEnds(list: readonly Arranged[], catalog: Catalog) {
  const swaps = swapsIn(list);
  const dropped = new Set(
    list.flatMap(({ operation }) =>
      operation.kind === 'drop_constraint' ? [labelOf(operation.table, operation.constraint)] : [],
    ),
  );
  return catalog.tables.flatMap((table) =>
    table.foreignKeys
      .filter(({ name }) => !dropped.has(labelOf(table, name)))
      .flatMap((key) => endsOf(table, key))
      .filter(({ child, parent }) => swaps.has(child) && swaps.has(parent)),
  );
}

/** Sets of what is joined, by a member of each. */
function joinedBy(edges: readonly { readonly child: Label; readonly parent: Label }[]) {
  const sets = new Map<Label, Set<Label>>();
  const setOf = (label: Label) => sets.get(label) ?? new Set([label]);
  for (const { child, parent } of edges) {
    const both = new Set([...setOf(parent), ...setOf(child)]);
    for (const label of both) sets.set(label, both);
  }
  return sets;
}

/** What comes of the foreign keys among an arranged list: those that are made anew, still apart from the columns. */
export interface Unlinked {
  readonly list: Arranged[];
  readonly links: readonly FamilyLink[];
}

/** Takes the foreign keys out that go with columns of a new type, so that nothing else is said of them. Pure. */
export function foldLinks(list: Arranged[], catalog: Catalog): Unlinked {
  const { rest, links } = takeLinks(list, catalog);
  return { list: rest, links };
}

/**
 * Columns that foreign keys join and that each change their type by an operation of its own change in one: the first of them that
 * nothing points away from leads. A foreign key that is only dropped goes before. Pure.
 */
export function foldFamilies({ list, links }: Unlinked, catalog: Catalog): Arranged[] {
  const linkEnds = links.flatMap(({ table, key }) =>
    endsOf(table, { ...key, referencedColumns: pointsAt(key, catalog) }),
  );
  const swaps = swapsIn(list);
  const edges = [...keptEnds(list, catalog), ...linkEnds].filter(
    ({ child, parent }) => swaps.has(child) && swaps.has(parent),
  );
  const sets = joinedBy([...edges, ...linkEnds]);
  const families = [...new Set([...sets.values()])].flatMap((labels) => {
    const changes = list.filter((each) =>
      isSwap(each.operation) ? labels.has(labelOf(each.operation.table, each.operation.column)) : false,
    );
    const own = links.filter((link) => linkEnds.length > 0 && isAmong(link, labels, catalog));
    const lead =
      changes.find(
        ({ operation }) =>
          isSwap(operation) &&
          !edges.some(
            ({ child, parent }) => child === labelOf(operation.table, operation.column) && parent !== child,
          ),
      ) ?? changes[0];
    return lead === undefined || (changes.length < 2 && own.length === 0)
      ? []
      : [{ lead, changes, links: own }];
  });
  const firsts = new Map(families.map((family) => [family.changes[0], family]));
  const members = new Set(families.flatMap(({ changes }) => changes));
  return list.flatMap((each) => {
    const family = firsts.get(each);
    if (family === undefined) return members.has(each) ? [] : [each];
    const others = family.changes
      .filter((change) => change !== family.lead)
      .flatMap(({ operation, index, wishes }) =>
        isSwap(operation) ? [{ operation, index, ...(wishes === undefined ? {} : { wishes }) }] : [],
      );
    return [{ ...family.lead, family: { members: others, links: family.links } }];
  });
}

const isAmong = ({ table, key }: FamilyLink, labels: ReadonlySet<Label>, catalog: Catalog): boolean =>
  endsOf(table, { ...key, referencedColumns: pointsAt(key, catalog) }).some(
    ({ parent, child }) => labels.has(parent) && labels.has(child),
  );
