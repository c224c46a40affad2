import { quoteIdent, quoteName, type RelationName } from '@/lib/core/sql-text';
import { type Expression, replaceColumns } from '@/lib/sql/expression';
import { alwaysFire } from './always-fire';
import { functionBody } from './function-body';

/** A column in which NULL is replaced by a value, for as long as code runs that leaves it out. */
export interface Fill {
  readonly table: RelationName;
  readonly column: string;
  readonly value: Expression;
  readonly tag: string;
  readonly operation: number;
}

/** Names of what a fill creates. */
export function fillNames(fill: Pick<Fill, 'tag' | 'operation'>) {
  const id = `${fill.tag}_${fill.operation + 1}`;
  return {
    fill: `segue.${quoteIdent(`fill_${id}`)}`,
    trigger: `zzz_segue_${id}_fill`,
    proof: `segue_nn_${id}`,
  };
}

/** Function and trigger that fill NULLs, and their way back. One transaction: either both exist or neither. */
export function fillStatements(fill: Fill): { sql: string[]; undo: string[] } {
  const names = fillNames(fill);
  const value = replaceColumns(fill.value, (name) => `NEW.${quoteIdent(name)}`);
  return {
    sql: [
      `CREATE OR REPLACE FUNCTION ${names.fill}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS ${functionBody(`BEGIN
  NEW.${quoteIdent(fill.column)} := ${value};
  RETURN NEW;
END`)}`,
      `CREATE TRIGGER ${quoteIdent(names.trigger)} BEFORE INSERT OR UPDATE ON ${quoteName(fill.table)}
FOR EACH ROW WHEN (NEW.${quoteIdent(fill.column)} IS NULL) EXECUTE FUNCTION ${names.fill}()`,
      alwaysFire(fill.table, [names.trigger]),
    ],
    undo: [
      `DROP TRIGGER ${quoteIdent(names.trigger)} ON ${quoteName(fill.table)}`,
      `DROP FUNCTION ${names.fill}()`,
    ],
  };
}
