import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import type { Expression } from '@/lib/sql/expression';
import type { TableInfo } from '../catalog';
import { type Comparable, differs, same } from '../compare';
import { requireWrittenColumns } from '../require-row-expression';
import { alwaysFire } from './always-fire';
import { functionBody } from './function-body';
import { columnsRead, overRow } from './over-row';

/** A column in which NULL is replaced by a value, for as long as code runs that leaves it out. */
export interface Fill {
  readonly table: TableInfo;
  readonly column: string;
  readonly value: Expression;
  /** It also gets the value anew when a statement changes what the value is computed from, and not the column itself. */
  readonly follows?: Comparable;
  /** NULL that an UPDATE writes is replaced too. */
  readonly never?: boolean;
  readonly tag: string;
  readonly operation: number;
}

/** Names of what a fill creates. */
export function fillNames(fill: Pick<Fill, 'tag' | 'operation'>) {
  const id = `${fill.tag}_${fill.operation + 1}`;
  return {
    fill: `segue.${quoteIdent(`fill_${id}`)}`,
    trigger: `zzz_segue_${id}_fill`,
    followTrigger: `zzz_segue_${id}_follow`,
    proof: `segue_nn_${id}`,
  };
}

/** When an UPDATE changes what the value is computed from, and leaves the column as it was; null: the column does not follow. */
function followCondition({ table, column, value, follows }: Fill): string | null {
  const read = columnsRead(value, table).filter((name) => name !== column);
  if (follows === undefined || read.length === 0) return null;
  const changed = read.map((name) => {
    const type = table.columns.find((each) => each.name === name) ?? follows;
    return differs(type, `NEW.${quoteIdent(name)}`, `OLD.${quoteIdent(name)}`);
  });
  const own = same(follows, `NEW.${quoteIdent(column)}`, `OLD.${quoteIdent(column)}`);
  return `(${changed.map((each) => `(${each})`).join(' OR ')}) AND (${own})`;
}

/** Function and trigger that fill NULLs, and their way back. One transaction: either both exist or neither. Throws for a value that a trigger cannot compute. */
export function fillStatements(fill: Fill): { sql: string[]; undo: string[] } {
  const names = fillNames(fill);
  requireWrittenColumns(fill.table, fill.value);
  const value = overRow(fill.value, fill.table, 'NEW');
  const follow = followCondition(fill);
  const triggers = [names.trigger, ...(follow === null ? [] : [names.followTrigger])];
  return {
    sql: [
      `CREATE OR REPLACE FUNCTION ${names.fill}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS ${functionBody(`BEGIN
  NEW.${quoteIdent(fill.column)} := ${value};
  RETURN NEW;
END`)}`,
      `CREATE TRIGGER ${quoteIdent(names.trigger)} BEFORE INSERT${fill.never === false ? '' : ' OR UPDATE'} ON ${quoteName(fill.table)}
FOR EACH ROW WHEN (NEW.${quoteIdent(fill.column)} IS NULL) EXECUTE FUNCTION ${names.fill}()`,
      ...(follow === null
        ? []
        : [
            `CREATE TRIGGER ${quoteIdent(names.followTrigger)} BEFORE UPDATE ON ${quoteName(fill.table)}
FOR EACH ROW WHEN (${follow}) EXECUTE FUNCTION ${names.fill}()`,
          ]),
      alwaysFire(fill.table, triggers),
    ],
    undo: [
      ...triggers.map((name) => `DROP TRIGGER ${quoteIdent(name)} ON ${quoteName(fill.table)}`),
      `DROP FUNCTION ${names.fill}()`,
    ],
  };
}
