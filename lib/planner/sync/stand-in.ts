import { quoteIdent, quoteLiteral } from '@/lib/core/sql-text';
import type { ColumnInfo } from '../catalog';
import { differs } from '../compare';
import { greatestOf } from './integer-limits';
import { type Pair, pairNames } from './pair';

/** Shorter texts would leave too few. */
const SHORTEST_TEXT = 6;

/** Values that no application writes, one for each key that the old type cannot hold. */
interface StandIn {
  /** Options of the sequence that numbers them; null: they need none. */
  readonly sequence: string | null;
  /** SQL of the next one; the argument is SQL of its number. */
  readonly value: (number: string) => string;
}

/** Where no application counts: from the lowest number on; texts that begin with a character that cannot be seen. */
function standInOf({ type, deterministic }: Pick<ColumnInfo, 'type' | 'deterministic'>): StandIn | null {
  const greatest = greatestOf(type);
  if (greatest !== null) {
    const lowest = -greatest - 1n;
    return {
      sequence: `AS ${type} MINVALUE ${lowest} START ${lowest} MAXVALUE -1`,
      value: (number) => number,
    };
  }
  if (type === 'uuid') return { sequence: null, value: () => 'pg_catalog.gen_random_uuid()' };
  const length = textLength(type);
  // A collation of its own may leave that character out when it compares.
  if (length === null || length < SHORTEST_TEXT || !deterministic) return null;
  const last = 16n ** BigInt(Math.min(length - 1, 15)) - 1n;
  return {
    sequence: `AS bigint MAXVALUE ${last}`,
    value: (number) => `pg_catalog.chr(1) || pg_catalog.to_hex(${number})`,
  };
}

/** How many characters a text type holds; null: any number, or it is none. */
export function textLength(type: string): number | null {
  const length = /^character varying\((\d+)\)$/.exec(type)?.[1];
  return length === undefined ? null : Number(length);
}

/** True for a type of which unused values can be made. */
export function canStandIn(column: Pick<ColumnInfo, 'type' | 'deterministic'>): boolean {
  return standInOf(column) !== null;
}

const ofPair = (pair: Pair): StandIn | null =>
  pair.down.onFailure.kind === 'stand_in' ? standInOf(pair.old) : null;

/** The sequence of a pair's stand-ins; [] where it needs none. */
export function standInSequence(pair: Pair): string[] {
  const options = ofPair(pair)?.sequence ?? null;
  return options === null ? [] : [`CREATE SEQUENCE ${pairNames(pair).standIn} ${options}`];
}

/** The sequence taken away. */
export function dropStandIns(pair: Pair): string[] {
  return standInSequence(pair).length === 0 ? [] : [`DROP SEQUENCE ${pairNames(pair).standIn}`];
}

/** A key that the old column cannot hold: an unused value takes its place there, a new one whenever the key changes. */
export function standInStatement(pair: Pair, old: string, fresh: string): string {
  const names = pairNames(pair);
  const number = `pg_catalog.nextval(${quoteLiteral(names.standIn)}::pg_catalog.regclass)`;
  return `
  IF ${names.downFails}(${fresh}) THEN
    row_is_touched := TG_OP = 'INSERT';
    IF TG_OP = 'UPDATE' THEN
      row_is_touched := ${differs(pair.newComparable, fresh, `OLD.${quoteIdent(pair.newName)}`)};
    END IF;
    IF row_is_touched THEN
      ${old} := ${ofPair(pair)?.value(number) ?? 'NULL'};
    END IF;
  END IF;`;
}
