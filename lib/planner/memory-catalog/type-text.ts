import { quoteIdent } from '@/lib/core/sql-text';
import { namesOf, nodeOf, type TypeName } from '@/lib/sql/ast';
import { labelOf, type Memory, resolveName } from './memory';

/** A type as `format_type` prints it under an empty search_path. */
export interface TypeText {
  readonly type: string;
  readonly baseType: string;
  /** smallint, integer or bigint behind a serial. */
  readonly serial: boolean;
  readonly constrainedDomain: boolean;
  readonly hashable: boolean;
}

const NAMES: Readonly<Record<string, string>> = {
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  float4: 'real',
  float8: 'double precision',
  bool: 'boolean',
  varchar: 'character varying',
  bpchar: 'character',
  varbit: 'bit varying',
  timestamp: 'timestamp without time zone',
  timestamptz: 'timestamp with time zone',
  time: 'time without time zone',
  timetz: 'time with time zone',
};
const SERIALS: Readonly<Record<string, string>> = {
  serial: 'integer',
  serial4: 'integer',
  bigserial: 'bigint',
  serial8: 'bigint',
  smallserial: 'smallint',
  serial2: 'smallint',
};
/** Types of pg_catalog without a default hash operator class. */
const NOT_HASHABLE =
  /^(json|xml|point|box|circle|line|lseg|path|polygon|tsvector|tsquery|money|bit|bit varying)$/;
/** char is one character unless it says more: the grammar itself adds the 1. */
const PLAIN = /^[a-z_][a-z0-9_$]*$/;

/** quote_ident, without its list of reserved words: types are seldom called like one. */
const plainIdent = (name: string): string => (PLAIN.test(name) ? name : quoteIdent(name));

function modifiersOf(node: TypeName): string[] {
  return (node.typmods ?? []).map((modifier) => {
    const constant = nodeOf(modifier, 'A_Const');
    if (constant?.ival !== undefined) return String(constant.ival.ival ?? 0);
    return (
      constant?.sval?.sval ??
      nodeOf(modifier, 'ColumnRef')
        ?.fields?.map((field) => nodeOf(field, 'String')?.sval)
        .join('.') ??
      ''
    );
  });
}

/** "(3)" stands before "without time zone". */
function withModifiers(name: string, modifiers: readonly string[]): string {
  if (modifiers.length === 0) return name;
  const shown = `(${modifiers.join(',')})`;
  const words = /^(timestamp|time)( with(?:out)? time zone)$/.exec(name);
  return words === null ? `${name}${shown}` : `${words[1]}${shown}${words[2]}`;
}

/** Reads a type as a migration names it. Types that nothing made before count as those of an extension. */
export function typeText(node: TypeName | undefined, memory: Memory): TypeText {
  const names = namesOf(node?.names);
  const last = names.at(-1) ?? '';
  const schema = names.length > 1 ? (names.at(-2) ?? null) : null;
  const array = (node?.arrayBounds ?? []).length > 0 ? '[]' : '';
  const own = resolveName(memory, { schema, name: last }, memory.enums, memory.domains);
  const domain = memory.domains.get(labelOf(own));
  const user =
    domain !== undefined || memory.enums.has(labelOf(own)) || (schema !== null && schema !== 'pg_catalog');
  const serial = SERIALS[last];
  const noLength = last === 'bpchar' && (node?.typmods ?? []).length === 0;
  const base = user
    ? `${plainIdent(own.schema)}.${plainIdent(own.name)}`
    : noLength
      ? 'bpchar'
      : (serial ?? NAMES[last] ?? plainIdent(last));
  // interval's one modifier is a mask of fields; a precision comes second.
  const modifiers = last === 'interval' ? modifiersOf(node ?? {}).slice(1) : modifiersOf(node ?? {});
  return {
    type: `${withModifiers(base, modifiers)}${array}`,
    baseType: `${base}${array}`,
    serial: serial !== undefined && schema === null,
    constrainedDomain: domain !== undefined && (domain.notNull || domain.checks.length > 0),
    hashable: array !== '' || !NOT_HASHABLE.test(base),
  };
}
