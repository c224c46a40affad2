import type { Node } from 'libpg-query';
import type { Catalog } from '@/lib/planner/catalog';
import { namesOf } from '@/lib/sql/ast';
import { baseShape, domainOf, isConstrained, type TypeShape, typeOfNode } from './type-names';

/** What becomes of the stored values when a column changes its type. */
export interface TypeChange {
  readonly rewrites: boolean;
  /** Indexes over the column are built anew, and foreign keys checked anew: another operator compares the values. */
  readonly otherOperators: boolean;
}

/** Types whose values look the same on the disk, without a function between them (pg_cast, castmethod 'b'). */
const SAME_BYTES = new Set(
  [
    ['text', 'character varying'],
    ['character varying', 'text'],
    ['cidr', 'inet'],
    ['xml', 'text'],
    ['xml', 'character varying'],
    ['bit', 'bit varying'],
    ['bit varying', 'bit'],
    ['integer', 'oid'],
    ['oid', 'integer'],
    ['integer', 'regclass'],
    ['oid', 'regclass'],
    ['regclass', 'oid'],
    ['citext', 'text'],
    ['text', 'citext'],
  ].map(([from, to]) => `${from} → ${to}`),
);

/** Of those, the ones that share their operators. */
const SAME_OPERATORS = new Set([
  'text → character varying',
  'character varying → text',
  'cidr → inet',
  'xml → text',
  'xml → character varying',
]);

const TIMESTAMP = 'timestamp without time zone';
const TIMESTAMPTZ = 'timestamp with time zone';
/** Zones without an offset at any time. */
const UTC_ZONES = /^(etc\/)?(utc|uct|gmt|gmt[+-]?0|zulu|universal|greenwich)$/i;
const WITH_PRECISION = new Set([
  TIMESTAMP,
  TIMESTAMPTZ,
  'time without time zone',
  'time with time zone',
  'interval',
]);

/** True where every value keeps its bytes under the new modifier. */
function keepsModifier(base: string, from: readonly number[], to: readonly number[]): boolean {
  if (String(from) === String(to)) return true;
  if (base === 'numeric') {
    if (to.length === 0) return true;
    const [precision = 0, scale = 0] = from;
    const [toPrecision = 0, toScale = 0] = to;
    return from.length > 0 && scale === toScale && toPrecision >= precision;
  }
  if (base === 'character' || base === 'bit') return false;
  if (to.length === 0) return true;
  const limit = WITH_PRECISION.has(base) ? 6 : null;
  const old = from[0] ?? limit;
  return old !== null && (to[0] ?? 0) >= old;
}

/** One step of a conversion, without a word of the person's own. */
function step(from: TypeShape, to: TypeShape, catalog: Catalog, timeZone: string | null): TypeChange {
  const domain = to.array ? null : domainOf(to.base, catalog);
  if (domain !== null && from.base === to.base) return { rewrites: false, otherOperators: false };
  if (domain !== null && isConstrained(domain)) return { rewrites: true, otherOperators: false };
  const old = baseShape(from, catalog);
  const goal = baseShape(to, catalog);
  const pair = `${old.base} → ${goal.base}`;
  if (old.array !== goal.array) return { rewrites: true, otherOperators: true };
  if (old.base === goal.base) {
    const kept = old.array
      ? String(old.modifiers) === String(goal.modifiers)
      : keepsModifier(goal.base, old.modifiers, goal.modifiers);
    return { rewrites: !kept, otherOperators: false };
  }
  if (old.array) return { rewrites: true, otherOperators: false };
  if (
    (old.base === TIMESTAMP && goal.base === TIMESTAMPTZ) ||
    (old.base === TIMESTAMPTZ && goal.base === TIMESTAMP)
  ) {
    const still =
      timeZone !== null &&
      UTC_ZONES.test(timeZone) &&
      keepsModifier(goal.base, old.modifiers, goal.modifiers);
    return { rewrites: !still, otherOperators: true };
  }
  if (!SAME_BYTES.has(pair)) return { rewrites: true, otherOperators: true };
  // The length of the old type says nothing to the new one unless both are strings.
  const sameKind = SAME_OPERATORS.has(pair);
  const kept =
    goal.modifiers.length === 0 ||
    (sameKind && keepsModifier(goal.base, old.modifiers, goal.modifiers)) ||
    (goal.base === 'bit varying' && keepsModifier(goal.base, old.modifiers, goal.modifiers));
  return { rewrites: !kept, otherOperators: !sameKind };
}

/** The types that a USING expression leads the column through, or null where it computes something. */
function castsOf(expression: Node | undefined, column: string, catalog: Catalog): TypeShape[] | null {
  if (expression === undefined) return [];
  if ('ColumnRef' in expression) {
    const names = namesOf(expression.ColumnRef.fields);
    return names.at(-1) === column ? [] : null;
  }
  if (!('TypeCast' in expression)) return null;
  const inner = castsOf(expression.TypeCast.arg, column, catalog);
  return inner === null ? null : [...inner, typeOfNode(expression.TypeCast.typeName, catalog)];
}

/** What ALTER COLUMN … TYPE does to the values, by PostgreSQL's ATColumnChangeRequiresRewrite and CheckIndexCompatible. */
export function typeChange(
  column: string,
  from: TypeShape,
  to: TypeShape,
  using: Node | undefined,
  catalog: Catalog,
  timeZone: string | null,
): TypeChange {
  const casts = castsOf(using, column, catalog);
  const direct = step(from, to, catalog, timeZone);
  if (casts === null) return { rewrites: true, otherOperators: direct.otherOperators };
  let rewrites = false;
  let now = from;
  for (const next of [...casts, to]) {
    if (step(now, next, catalog, timeZone).rewrites) rewrites = true;
    now = next;
  }
  return { rewrites, otherOperators: direct.otherOperators };
}

const NUMBERS = new Set(['smallint', 'integer', 'bigint', 'real', 'double precision', 'numeric']);
const STRINGS = new Set(['text', 'character varying', 'character', 'name', 'citext']);

/** False where PostgreSQL has no assignment cast, so that TYPE needs USING and a default cannot follow. */
export function isAssignable(from: TypeShape, to: TypeShape, catalog: Catalog): boolean {
  const old = baseShape(from, catalog);
  const goal = baseShape(to, catalog);
  if (old.base === goal.base || STRINGS.has(goal.base)) return true;
  if (STRINGS.has(old.base)) return false;
  const isEnum = (base: string): boolean => catalog.enums.some((one) => `${one.schema}.${one.name}` === base);
  if (isEnum(old.base) || isEnum(goal.base)) return false;
  if (old.base === 'boolean' || goal.base === 'boolean') return false;
  if (goal.base === 'uuid' || old.base === 'uuid') return false;
  if (NUMBERS.has(old.base) && !NUMBERS.has(goal.base))
    return (
      goal.base === 'money' ||
      (goal.base === 'oid' && ['smallint', 'integer', 'bigint'].includes(old.base)) ||
      (goal.base === 'regclass' && old.base !== 'real')
    );
  return true;
}
