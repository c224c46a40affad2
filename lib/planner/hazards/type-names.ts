import type { TypeName } from 'libpg-query';
import type { Catalog, DomainInfo } from '@/lib/planner/catalog';
import { namesOf } from '@/lib/sql/ast';

/** A type without its spelling: what `format_type` would print, taken apart. */
export interface TypeShape {
  /** Without modifier: "character varying", "public.mood". */
  readonly base: string;
  readonly modifiers: readonly number[];
  readonly array: boolean;
}

/** Names in pg_catalog whose standard spelling is another. */
const SPELLINGS: Readonly<Record<string, string>> = {
  int2: 'smallint',
  int4: 'integer',
  int: 'integer',
  int8: 'bigint',
  float4: 'real',
  float8: 'double precision',
  bool: 'boolean',
  varchar: 'character varying',
  bpchar: 'character',
  char: 'character',
  decimal: 'numeric',
  varbit: 'bit varying',
  timestamp: 'timestamp without time zone',
  timestamptz: 'timestamp with time zone',
  time: 'time without time zone',
  timetz: 'time with time zone',
};

/** Parses what `format_type` prints: "numeric(10,2)", "timestamp(3) without time zone", "character varying(10)[]". */
export function typeShape(text: string): TypeShape {
  const array = text.endsWith('[]');
  const bare = array ? text.slice(0, -2) : text;
  const match = /^(.*?)\(([\d,\s-]+)\)(.*)$/.exec(bare);
  if (match === null) return { base: bare, modifiers: [], array };
  return {
    base: `${match[1]}${match[3]}`,
    modifiers: (match[2] ?? '').split(',').map(Number),
    array,
  };
}

/** The type that a statement names, or null for one of another schema than pg_catalog that the catalog does not know. */
export function typeOfNode(type: TypeName | undefined, catalog: Catalog): TypeShape {
  const names = namesOf(type?.names);
  const name = names.at(-1) ?? '';
  const modifiers = (type?.typmods ?? []).flatMap((one) =>
    'A_Const' in one && one.A_Const.ival !== undefined ? [one.A_Const.ival.ival ?? 0] : [],
  );
  const array = (type?.arrayBounds ?? []).length > 0;
  const own = [...catalog.domains, ...catalog.enums].find(
    (one) => one.name === name && (names.length < 2 || one.schema === names[0]),
  );
  if (own !== undefined && names[0] !== 'pg_catalog')
    return { base: `${own.schema}.${own.name}`, modifiers: [], array };
  const base = SPELLINGS[name] ?? name;
  if (base === 'interval') return { base, modifiers: modifiers.length > 1 ? modifiers.slice(1) : [], array };
  // char without a length is char(1), bit is bit(1).
  if ((base === 'character' || base === 'bit') && modifiers.length === 0)
    return { base, modifiers: [1], array };
  return { base, modifiers, array };
}

/** The domain of a type, if it is one. */
export function domainOf(base: string, catalog: Catalog): DomainInfo | null {
  return catalog.domains.find((domain) => `${domain.schema}.${domain.name}` === base) ?? null;
}

/** A domain that looks at its values. */
export const isConstrained = (domain: DomainInfo): boolean => domain.notNull || domain.checks.length > 0;

/** The type below a domain; another type itself. */
export function baseShape(shape: TypeShape, catalog: Catalog): TypeShape {
  const domain = domainOf(shape.base, catalog);
  return domain === null || shape.array ? shape : baseShape(typeShape(domain.baseType), catalog);
}
