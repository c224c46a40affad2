import type { CheckConstraint } from '@/lib/planner/catalog';

/** What simple checks ask of one column's values. */
export interface ValueLimits {
  /** The only values, as text; null: any. */
  readonly listed: readonly string[] | null;
  readonly least: number | null;
  readonly most: number | null;
  readonly shortest: number | null;
  readonly longest: number | null;
}

export const NO_LIMITS: ValueLimits = {
  listed: null,
  least: null,
  most: null,
  shortest: null,
  longest: null,
};

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Both hold. */
export function both(a: ValueLimits, b: ValueLimits): ValueLimits {
  const higher = (x: number | null, y: number | null) => (x === null ? y : y === null ? x : Math.max(x, y));
  const lower = (x: number | null, y: number | null) => (x === null ? y : y === null ? x : Math.min(x, y));
  return {
    listed:
      a.listed === null
        ? b.listed
        : b.listed === null
          ? a.listed
          : a.listed.filter((each) => b.listed?.includes(each)),
    least: higher(a.least, b.least),
    most: lower(a.most, b.most),
    shortest: higher(a.shortest, b.shortest),
    longest: lower(a.longest, b.longest),
  };
}

/** Bounds of what follows `subject` in comparisons with a number. */
function bounds(expression: string, subject: string): { least: number | null; most: number | null } {
  let found: { least: number | null; most: number | null } = { least: null, most: null };
  const comparison = new RegExp(
    `${subject}\\)*(?:::[a-z ]+\\)*)? (>=|<=|>|<|=) \\(*'?(-?\\d+(?:\\.\\d+)?)`,
    'g',
  );
  for (const [, operator, number] of expression.matchAll(comparison)) {
    const bound = Number(number);
    const next = {
      '>=': { least: bound, most: null },
      '>': { least: Math.floor(bound) + 1, most: null },
      '<=': { least: null, most: bound },
      '<': { least: null, most: Math.ceil(bound) - 1 },
      '=': { least: bound, most: bound },
    }[operator ?? ''];
    if (next === undefined) continue;
    found = { least: next.least ?? found.least, most: next.most ?? found.most };
  }
  return found;
}

/**
 * What the checks of a table ask of a column, where PostgreSQL prints them in a form that is understood: lists of values, comparisons
 * with numbers, lengths. Checks over several columns, and those with OR, are left to the server's own answer.
 */
export function limitsOf(column: string, checks: readonly CheckConstraint[]): ValueLimits {
  let limits = NO_LIMITS;
  const name = `"?${escaped(column)}"?`;
  for (const { columns, expression } of checks) {
    if (columns.length !== 1 || columns[0] !== column || / OR /.test(expression)) continue;
    const listed = / = ANY /.test(expression)
      ? [...expression.matchAll(/'((?:[^']|'')*)'::/g)].map(([, value = '']) => value.replaceAll("''", "'"))
      : [];
    const length = bounds(expression, `length\\(\\(*(?:btrim\\(\\(*)?${name}`);
    const filled = new RegExp(`${name}\\)*(?:::text\\)*)? <> ''`).test(expression);
    const lengths = length.least !== null || length.most !== null;
    const value = lengths ? { least: null, most: null } : bounds(expression, `\\(${name}`);
    limits = both(limits, {
      listed: listed.length > 0 ? listed : null,
      ...value,
      shortest: length.least ?? (filled ? 1 : null),
      longest: length.most,
    });
  }
  return limits;
}
