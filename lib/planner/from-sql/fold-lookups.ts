import { scanSync } from 'libpg-query';
import type { Operation, OperationOf } from '@/lib/core/operation';
import { parseExpression } from '@/lib/sql/expression';
import { updateParts } from '@/lib/sql/update-parts';
import { labelOf } from '../memory-catalog/memory';
import type { Part } from './part';
import { isOn, operationOf, plainText } from './part-list';

type Added = OperationOf<'add_column'>;

/** A condition taken apart at its ANDs; whole where something else stands on that level. */
function conjuncts(condition: string): string[] {
  const bytes = Buffer.from(condition, 'utf8');
  const cuts: { start: number; end: number }[] = [];
  let depth = 0;
  for (const { text, start, end } of scanSync(condition).tokens) {
    if (text === '(' || text === '[') depth += 1;
    if (text === ')' || text === ']') depth -= 1;
    if (depth > 0) continue;
    if (/^(or|between|case)$/i.test(text)) return [condition];
    if (/^and$/i.test(text)) cuts.push({ start, end });
  }
  return [...cuts, { start: bytes.length, end: bytes.length }].map(({ start }, at) =>
    bytes
      .subarray(cuts[at - 1]?.end ?? 0, start)
      .toString('utf8')
      .trim(),
  );
}

/** Whether an expression may read a column of the row: a name before it tells that it is another's. */
const readsOwn = (expression: string, alias: string, column: string): boolean =>
  parseExpression(expression).columns.some(
    ({ qualifier, name }) => name === column && (qualifier === null || qualifier === alias),
  );

const isNullTest = (condition: string, alias: string, column: string): boolean =>
  new RegExp(
    `^\\(*\\s*(?:(?:"${plainText(alias)}"|${plainText(alias)})\\.)?"?${plainText(column)}"?\\s+IS\\s+NULL\\s*\\)*$`,
    'i',
  ).test(condition.trim());

/** What an UPDATE gives a column in the rows that it concerns, over the row under its table's name; null: it is another kind of UPDATE. */
interface Given {
  readonly value: string;
  /** Only rows in which it is still NULL. */
  readonly fills: boolean;
}

function givenBy(update: OperationOf<'update_rows'>, column: string): Given | null {
  const { table, set, from, where } = update;
  const alias = update.as ?? table.name;
  const { sets } = updateParts({ alias, set, from: null, where: null });
  const [only] = sets;
  if (sets.length !== 1 || only?.column !== column || only.value === null) return null;
  const parts = where === undefined ? [] : conjuncts(where);
  const others = parts.filter((part) => !isNullTest(part, alias, column));
  const texts = [only.value, ...(from === undefined ? [] : [from]), ...others];
  if ([only.value, ...others].some((text) => readsOwn(text, alias, column))) return null;
  // The row is to be known by its table's name, which must then mean nothing else.
  if (
    alias !== table.name &&
    texts.some((text) => new RegExp(`(?<![\\w"])"?${plainText(table.name)}"?(?![\\w"])`).test(text))
  )
    return null;
  const condition = others.map((part) => `(${part})`).join(' AND ');
  const value =
    from !== undefined
      ? // Of several rows PostgreSQL takes any.
        `(SELECT ${only.value} FROM ${from}${condition === '' ? '' : ` WHERE ${condition}`} LIMIT 1)`
      : condition === ''
        ? only.value
        : `CASE WHEN ${condition} THEN ${only.value} END`;
  const own =
    alias === table.name
      ? value
      : value.replaceAll(
          new RegExp(`(?<![\\w".])(?:"${plainText(alias)}"|${plainText(alias)})\\.(?=["\\p{L}_])`, 'gu'),
          `"${table.name.replaceAll('"', '""')}".`,
        );
  return { value: own, fills: others.length < parts.length };
}

/** The relations, by name, whose rows a part changes; null: it changes none. */
function changesRowsOf(part: Part): readonly string[] {
  const operation = part.kind === 'operation' ? part.operation : null;
  if (operation === null) return [];
  if (operation.kind === 'free_sql') return (operation.tables ?? []).map(labelOf);
  return operation.kind === 'update_rows' || operation.kind === 'delete_rows'
    ? [labelOf(operation.table)]
    : [];
}

const namesColumn = (operation: Operation, column: string): boolean =>
  new RegExp(`(?<!\\w)${plainText(column)}(?!\\w)`).test(JSON.stringify(operation));

/** The fold of one new column; null: the file does something else with it. */
function folded(parts: readonly Part[], at: number, added: Added): readonly Part[] | null {
  const { table, column } = added;
  let value: string | null = null;
  let last = at;
  let gone: { readonly index: number; readonly part: Part } | null = null;
  let required = -1;
  for (const [index, part] of parts.entries()) {
    if (index <= at || part.kind !== 'operation') continue;
    const { operation } = part;
    const onTable = isOn(operation, table);
    const update = operationOf(part, 'update_rows');
    if (onTable && update !== null && required < 0 && gone === null) {
      const given = givenBy(update, column);
      if (given !== null && (value === null || given.fills)) {
        value = value === null ? given.value : `COALESCE(${value}, ${given.value})`;
        last = index;
        continue;
      }
    }
    const remove = operationOf(part, 'delete_rows');
    if (onTable && remove !== null && value !== null && gone === null) {
      const { where, as = table.name } = remove;
      if (where !== undefined && isNullTest(where, as, column)) {
        gone = { index, part };
        continue;
      }
    }
    const notNull = operationOf(part, 'set_not_null');
    if (onTable && notNull?.column === column) {
      required = index;
      break;
    }
    // It looks at the column, and leaves it as it is.
    if (gone !== null && onTable && remove !== null) continue;
    if (
      onTable &&
      namesColumn(operation, column) &&
      operation.kind !== 'drop_column' &&
      required < 0 &&
      value === null
    )
      return null;
    if (value !== null && onTable && operation.kind !== 'drop_column' && namesColumn(operation, column))
      break;
  }
  if (value === null || last === at) return null;
  const expression = parseExpression(value);
  const { reads } = expression;
  const touched = [
    labelOf(table),
    ...reads.map(({ schema, name }) => labelOf({ schema: schema ?? 'public', name })),
  ];
  const end = Math.max(last, gone?.index ?? -1);
  const mine = (part: Part): boolean => {
    const update = operationOf(part, 'update_rows');
    return (
      part === gone?.part || (update !== null && isOn(update, table) && givenBy(update, column) !== null)
    );
  };
  // What it is computed from must be the same at its new place.
  if (
    parts
      .slice(at + 1, end)
      .some((part) => !mine(part) && changesRowsOf(part).some((label) => touched.includes(label)))
  )
    return null;
  const sources = expression.columns.map(({ name }) => name);
  const follows = parts.some((part) => {
    const drop = operationOf(part, 'drop_column');
    return drop !== null && isOn(drop, table) && sources.includes(drop.column);
  });
  // NULL stays where nothing is found: without a DELETE of such rows a person says what becomes of them.
  if (required >= 0 ? gone === null : !follows) return null;
  const own = parts[at];
  if (own?.kind !== 'operation') return null;
  const statements = [
    ...new Set([
      ...own.statements,
      ...parts
        .slice(at + 1, end + 1)
        .flatMap((part) => (mine(part) && part !== gone?.part ? part.statements : [])),
      ...(parts[required]?.statements ?? []),
    ]),
  ];
  const made: Part = {
    ...own,
    statements,
    operation: {
      ...added,
      value,
      nullable: required < 0,
      ...(follows ? { follows: true } : {}),
    },
  };
  const removed: Part[] =
    gone === null || gone.part.kind !== 'operation'
      ? []
      : [
          {
            ...gone.part,
            operation: { kind: 'delete_rows', table, as: undefined, where: `(${value}\n) IS NULL` },
          },
        ];
  return parts.flatMap((part, index) => {
    if (index === at || index === required || part === gone?.part)
      return index === last ? [...removed, made] : [];
    if (index > at && index <= end && mine(part)) return index === last ? [...removed, made] : [];
    return [part];
  });
}

/**
 * A new column that is filled from other tables, or of some rows, of which those that stay NULL are deleted before it becomes NOT
 * NULL: one column with its value, which a trigger gives the rows of old code too. What would have stayed NULL goes first.
 */
export function foldLookups(given: readonly Part[]): readonly Part[] {
  let parts = given;
  for (let at = 0; at < parts.length; at += 1) {
    const added = operationOf(parts[at], 'add_column');
    if (added === null || added.value !== undefined || added.default !== undefined || !added.nullable)
      continue;
    parts = folded(parts, at, added) ?? parts;
  }
  return parts;
}
