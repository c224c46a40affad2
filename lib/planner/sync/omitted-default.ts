import { quoteLiteral } from '@/lib/core/sql-text';
import { functionBody } from './function-body';
import { coerced, type Pair, pairNames } from './pair';

/** The default that tells the trigger that a writer did not name the new column: NULL, and a note in a transaction-local setting. */
export function omittedFunction(pair: Pair): string {
  const names = pairNames(pair);
  return `CREATE OR REPLACE FUNCTION ${names.omitted}() RETURNS ${pair.newType} LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS ${functionBody(`BEGIN
  PERFORM pg_catalog.set_config(${quoteLiteral(names.omittedSetting)}, '1', true);
  RETURN NULL;
END`)}`;
}

/** The row's own note: a trigger of the team that writes to this table again works one level deeper. */
export function rowSetting(pair: Pair): string {
  return `${quoteLiteral(pairNames(pair).rowSetting)} || pg_catalog.pg_trigger_depth()`;
}

/**
 * Takes the default's note over for the row that is being written, before any trigger of the team can skip that row,
 * and clears it when a statement begins: COPY … WHERE evaluates defaults of rows that it leaves out.
 */
export function noteFunction(pair: Pair): string {
  const names = pairNames(pair);
  const setting = quoteLiteral(names.omittedSetting);
  return `CREATE OR REPLACE FUNCTION ${names.note}() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS ${functionBody(`BEGIN
  IF TG_LEVEL = 'ROW' THEN
    PERFORM pg_catalog.set_config(${rowSetting(pair)}, coalesce(pg_catalog.current_setting(${setting}, true), ''), true);
  END IF;
  PERFORM pg_catalog.set_config(${setting}, '', true);
  RETURN NEW;
END`)}`;
}

/** SQL that is true once the new column's default has been asked for and nobody has taken the note over. */
export function defaultAsked(pair: Pair): string {
  return `pg_catalog.current_setting(${quoteLiteral(pairNames(pair).omittedSetting)}, true) = '1'`;
}

/**
 * `UPDATE … SET new = DEFAULT` means the default that the column is to have: the old one's, for both sides. An INSERT's note
 * has been taken over by then, and a statement begins without one.
 */
export function updateToDefault(pair: Pair, old: string, fresh: string): string {
  if (!needsOmittedDefault(pair)) return '';
  const value = pair.old.default ?? 'NULL';
  return `
    IF ${fresh} IS NULL AND ${defaultAsked(pair)} THEN
      PERFORM pg_catalog.set_config(${quoteLiteral(pairNames(pair).omittedSetting)}, '', true);
      IF NOT wrote_old THEN
        ${old} := ${coerced(value, pair.old.type)};
      END IF;
      ${fresh} := ${pair.converts ? `${pairNames(pair).up}(${old})` : old};
    END IF;`;
}

/** True when an INSERT that leaves the old column out does not leave it NULL, so that NULL alone does not tell who wrote. */
export function needsOmittedDefault(pair: Pair): boolean {
  return !pair.swaps && (pair.old.default !== null || pair.converts);
}
