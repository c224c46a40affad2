import type { Operation } from '@/lib/core/operation';
import { labelOf, type Memory, type MemoryTable } from '../memory-catalog/memory';
import type { Answers, QuestionOption } from './migration-reading';
import type { Need, Part } from './part';
import { isOn, join, type OfKind, operationOf } from './part-list';
import type { QuestionId } from './refusal-codes';

type Added = OfKind<'add_column'>;
type Dropped = OfKind<'drop_column'>;

const SEPARATE: QuestionOption = {
  id: 'separate',
  title: 'Two changes, as the file says',
  meaning:
    'The new column begins empty or with its default; the values of the old one are deleted at Delete.',
};

const same = (from: string, to: string): QuestionOption => ({
  id: 'rename',
  title: `${from} is renamed to ${to}`,
  meaning: 'The values move along; both names work side by side until Retire.',
});

const converted = (from: string, to: string, type: string): QuestionOption => ({
  id: 'change_type',
  title: from === to ? `${from} becomes ${type}` : `${from} becomes ${to}, of type ${type}`,
  meaning: 'The values are converted by a cast, there and back; both columns are kept the same until Retire.',
});

/** Asked with the first of the two statements; the answer has been worked in by then. */
const asked = (question: Need['question']): Need => ({ question, apply: (operation) => operation });

function columnsIn(parts: readonly Part[], table: MemoryTable): { added: number[]; dropped: number[] } {
  const places = (kind: 'add_column' | 'drop_column') =>
    parts.flatMap((part, index) => {
      const operation = operationOf(part, kind);
      return operation !== null && isOn(operation, table) ? [index] : [];
    });
  return { added: places('add_column'), dropped: places('drop_column') };
}

/** What the pair is under a reading; null: as it stands. */
function readAs(answer: string | undefined, dropped: Dropped, added: Added): Operation | null {
  const { table, column } = dropped;
  if (answer === 'rename') return { kind: 'rename_column', table, from: column, to: added.column };
  if (answer !== 'change_type') return null;
  return {
    kind: 'change_type',
    table,
    column,
    to: added.column === column ? undefined : added.column,
    type: added.type,
    up: undefined,
    down: undefined,
    onFailure: undefined,
  };
}

/** A column dropped and one added, as their reading makes of them; null: they are no pair. */
function foldPair(
  parts: readonly Part[],
  table: MemoryTable,
  [gone, made]: readonly [number, number],
  answers: Answers,
): readonly Part[] | null {
  const drop = operationOf(parts[gone], 'drop_column');
  const add = operationOf(parts[made], 'add_column');
  if (drop === null || add === null || add.value !== undefined) return null;
  const old = table.columns.find(({ name }) => name === drop.column);
  if (old === undefined) return null;
  const sameName = add.column === drop.column;
  const id: QuestionId = `reading:${labelOf(table)}.${sameName ? add.column : `${drop.column}+${add.column}`}`;
  const options = [
    ...(sameName ? [] : [SEPARATE]),
    ...(old.type === add.type && !sameName ? [same(drop.column, add.column)] : []),
    ...(old.type === add.type ? [] : [converted(drop.column, add.column, add.type)]),
  ];
  if (options.length === 0 || (options.length === 1 && !sameName)) return null;
  const need = asked({
    id,
    kind: 'reading',
    text: sameName
      ? `The file drops ${drop.column} and makes it anew as ${add.type}: its values would be lost at once. Convert them?`
      : `The file drops ${drop.column} and adds ${add.column}: is that one column under a new name, or two?`,
    options,
    suggestion: sameName ? 'change_type' : 'separate',
    required: sameName,
  });
  // Under one name there is one reading; it is only not taken without asking.
  const operation = readAs(sameName ? 'change_type' : answers[id], drop, add);
  const first = Math.min(gone, made);
  const part = parts[first];
  if (operation !== null) return join(parts, first, Math.max(gone, made), { operation, needs: [need] });
  if (part?.kind !== 'operation') return null;
  return parts.map((each, index) => (index === first ? { ...part, needs: [need, ...part.needs] } : each));
}

/** Where a column is dropped, and one of the same name added after it. */
function sameNamePair(
  parts: readonly Part[],
  table: MemoryTable,
  name: string,
): readonly [number, number] | null {
  const { added, dropped } = columnsIn(parts, table);
  const named = (kind: 'add_column' | 'drop_column', places: readonly number[]) =>
    places.filter((index) => operationOf(parts[index], kind)?.column === name);
  const [gone, ...more] = named('drop_column', dropped);
  const [made, ...others] = named('add_column', added);
  return gone === undefined || made === undefined || more.length + others.length > 0 ? null : [gone, made];
}

/**
 * A column dropped and made anew under its name cannot be both: an answer is needed. One more dropped and one added on the same table: what
 * a generator writes where nobody told it of a rename; the file is taken at its word unless an answer says otherwise.
 */
export function foldPairs(given: readonly Part[], start: Memory, answers: Answers): readonly Part[] {
  let parts = given;
  for (const table of start.tables.values()) {
    for (const { name } of table.columns) {
      const pair = sameNamePair(parts, table, name);
      if (pair !== null) parts = foldPair(parts, table, pair, answers) ?? parts;
    }
    const { added, dropped } = columnsIn(parts, table);
    const [gone, made] = [dropped[0], added[0]];
    if (gone === undefined || made === undefined || added.length !== 1 || dropped.length !== 1) continue;
    if (operationOf(parts[gone], 'drop_column')?.column === operationOf(parts[made], 'add_column')?.column)
      continue;
    parts = foldPair(parts, table, [gone, made], answers) ?? parts;
  }
  return parts;
}
