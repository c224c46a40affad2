import type { Random } from '@/lib/core/random';
import { quoteLiteral } from '@/lib/core/sql-text';
import type { ValueLimits } from './check-limits';
import type { TypeShape } from './type-shapes';

/** What a value has to satisfy. */
export interface ValueRequest {
  readonly shape: TypeShape;
  readonly limits: ValueLimits;
  /** No other row has it: the row's number is in it. */
  readonly unique: boolean;
  /** No extremes: what ordinary code writes. */
  readonly tame: boolean;
  /** The column's default, which tells what json in it looks like. */
  readonly like: string | null;
  /** A value of this type, written as text: the column will become one. */
  readonly convertible?: TypeShape;
}

const INTEGERS: Readonly<Record<string, number>> = {
  smallint: 32767,
  integer: 2147483647,
  bigint: 9007199254740991,
};
const hex = (random: Random, digits: number) =>
  Array.from({ length: digits }, () => random.below(16).toString(16)).join('');
const digits = (row: number, count: number) => String(row).padStart(count, '0').slice(-count);

function wholeNumber(
  most: number,
  { limits, unique, tame }: ValueRequest,
  row: number,
  random: Random,
): number {
  const low = limits.least ?? (tame ? 0 : -most - (most < 9e15 ? 1 : 0));
  const high = limits.most ?? (tame ? Math.min(most, 100_000) : most);
  if (unique) return Math.max(low, limits.least === null ? 1 : low) + row;
  const edges = [low, high, 0, 1, -1].filter((edge) => edge >= low && edge <= high);
  if (!tame && row % 4 === 0) return edges[(row / 4) % edges.length] ?? low;
  const [from, to] = [Math.max(low, -10_000), Math.min(high, 10_000)];
  return from > to ? low : from + random.below(to - from + 1);
}

function numeric(request: ValueRequest, row: number, random: Random): string {
  const { shape, limits, unique, tame } = request;
  const [precision, scale = 0] = shape.modifiers;
  const whole = precision === undefined ? 9 : precision - scale;
  const most = Math.min(limits.most ?? Number.POSITIVE_INFINITY, 10 ** Math.min(whole, 15) - 1);
  const number = wholeNumber(most, { ...request, limits: { ...limits, most } }, row, random);
  if (unique || (scale === 0 && precision !== undefined)) return String(number);
  if (!tame && precision === undefined && row % 7 === 0 && limits.most === null)
    return '123456789012345678901234567890.000000000000000001';
  return number === most || number === limits.least
    ? String(number)
    : `${number}.${digits(random.below(100_000), precision === undefined ? 3 : Math.min(scale, 5))}`;
}

const WILD_TEXTS = [
  '',
  ' ',
  "o'neil",
  'ünïcödé ✓ 漢字',
  'back\\slash',
  'two\nlines',
  'NULL',
  '{"a": 1}',
  '%_',
  'x'.repeat(300),
];

function words({ shape, limits, unique, tame }: ValueRequest, row: number, random: Random): string {
  const longest = Math.min(
    shape.modifiers[0] ?? (shape.base === 'character' ? 1 : 2000),
    limits.longest ?? 2000,
  );
  const shortest = limits.shortest ?? 0;
  const plain = `${random.pick(['alpha', 'beta', 'gamma', 'delta']) ?? ''} ${random.below(1000)}`;
  const wild = WILD_TEXTS[random.below(WILD_TEXTS.length)] ?? '';
  const text = tame || row % 3 !== 0 ? plain : wild;
  const made = unique ? `${row.toString(36)}-${text}` : text;
  return [...made.padEnd(shortest, 'x')].slice(0, longest).join('');
}

const pad = (number: number) => String(number).padStart(2, '0');
/** Days that calendars stumble over. */
const EDGE_DAYS = ['1970-01-01', '2000-02-29', '1999-12-31', '2038-01-19', '1900-03-01'];

function day({ tame, unique }: ValueRequest, row: number, random: Random): string {
  if (!unique && !tame && row % 5 === 0) return EDGE_DAYS[random.below(EDGE_DAYS.length)] ?? '2024-01-01';
  const at = new Date(Date.UTC(2024, 0, 1) + (unique ? row : random.below(700)) * 86_400_000);
  return at.toISOString().slice(0, 10);
}

function json({ like, tame }: ValueRequest, row: number, random: Random): string {
  const list = ['[]', `[${row}, "a"]`, '[{"id": "ä"}]'];
  const object = ['{}', `{"n": ${row}}`, '{"list": [1, {"deep": null}], "text": "ü\'"}'];
  if (like?.startsWith("'[") === true) return random.pick(list) ?? '[]';
  if (tame || like?.startsWith("'{") === true) return random.pick(object) ?? '{}';
  return random.pick([...object, ...list, 'null', '"text"', '0']) ?? '{}';
}

function plainValue(request: ValueRequest, row: number, random: Random): string | null {
  const { shape, limits } = request;
  if (limits.listed !== null) return random.pick(limits.listed) ?? null;
  if (shape.labels.length > 0) return shape.labels[row % shape.labels.length] ?? null;
  const most = INTEGERS[shape.base];
  if (most !== undefined) return String(wholeNumber(most, request, row, random));
  const time = `${pad(random.below(24))}:${pad(random.below(60))}:${pad(random.below(60))}.${digits(random.below(1_000_000), 6)}`;
  switch (shape.base) {
    case 'text':
    case 'character varying':
    case 'character':
    case 'citext':
    case 'name':
      return words(request, row, random);
    case 'numeric':
      return numeric(request, row, random);
    case 'real':
    case 'double precision':
      return request.unique
        ? String(row)
        : String(wholeNumber(1_000_000, request, row, random) / (limits.least === null ? 8 : 1));
    case 'boolean':
      return String(random.below(2) === 1);
    case 'uuid':
      return `${digits(row, 8)}-${hex(random, 4)}-4${hex(random, 3)}-8${hex(random, 3)}-${hex(random, 12)}`;
    case 'json':
    case 'jsonb':
      return json(request, row, random);
    case 'date':
      return day(request, row, random);
    case 'timestamp without time zone':
      return `${day(request, row, random)} ${time}`;
    case 'timestamp with time zone':
      return `${day(request, row, random)} ${time}+00`;
    case 'time without time zone':
      return time;
    case 'time with time zone':
      return `${time}+00`;
    case 'interval':
      return `${random.below(40)} days ${random.below(4000)} seconds`;
    case 'bytea':
      return `\\x${hex(random, 2 * random.below(9))}`;
    case 'inet':
    case 'cidr':
      return `10.${random.below(250)}.${random.below(250)}.${row % 250}`;
    case 'macaddr':
      return `08:00:2b:${pad(row % 90)}:${pad(random.below(90))}:${pad(random.below(90))}`;
    case 'money':
    case 'oid':
      return String(random.below(10_000));
    case 'bit':
    case 'bit varying':
      return '1'.repeat(shape.modifiers[0] ?? 1);
    case 'xml':
      return `<a n="${row}"/>`;
    case 'tsvector':
      return `word${random.below(9)} other`;
    case 'point':
      return `(${random.below(90)},${random.below(90)})`;
    case 'int4range':
    case 'int8range':
    case 'numrange':
      return `[${row},${row + random.below(10) + 1})`;
    case 'daterange':
    case 'tsrange':
    case 'tstzrange':
      return `[2024-01-01,${day({ ...request, tame: true, unique: false }, row, random)})`;
    default:
      return null;
  }
}

const TEXTS = new Set(['text', 'character varying', 'character', 'citext']);
const arrayText = (items: readonly string[]) =>
  `{${items.map((item) => `"${item.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`).join(',')}}`;

/**
 * A value of a column as SQL text, the same for the same random numbers; null where no value of such a type is known. `row` is the row's number,
 * from 1: unique values are made of it.
 */
export function sampleValue(request: ValueRequest, type: string, row: number, random: Random): string | null {
  const { shape, convertible } = request;
  const source =
    convertible !== undefined && TEXTS.has(shape.base) && !TEXTS.has(convertible.base)
      ? { ...request, shape: convertible }
      : request;
  if (!source.shape.array) {
    const value = plainValue(source, row, random);
    return value === null ? null : `${quoteLiteral(value)}::${type}`;
  }
  const count = random.below(3);
  const items = Array.from({ length: count }, (_, at) => plainValue(source, row + at, random));
  return items.includes(null)
    ? `'{}'::${type}`
    : `${quoteLiteral(arrayText(items.flatMap((item) => item ?? [])))}::${type}`;
}
