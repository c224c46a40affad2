import { quoteIdent, quoteLiteral } from '@/lib/core/sql-text';
import { parseExpression } from '@/lib/sql/expression';
import type { ColumnInfo, TableInfo } from '../catalog';
import { differs, same } from '../compare';
import { functionBody } from './function-body';
import { needsOmittedDefault, rowSetting, updateToDefault } from './omitted-default';
import { coerced, keyJson, NO_BACKFILL, type Pair, pairConditions, pairNames, recordNumber } from './pair';
import { standInStatement } from './stand-in';
import { uniqueLockStatements } from './unique-locks';

/**
 * Which side wins when one statement writes both differently, and whether old code can still run. Where the columns swap
 * names only one of them is in reach of the application: `old_only` before the swap, `new_only` after it.
 */
export type SyncStage = 'old_leads' | 'new_leads' | 'old_only' | 'new_only' | 'retired';

/**
 * Conversions run with these settings in every session, or a backfill and an application in another time zone would
 * disagree. Names resolve in pg_catalog only: the function runs with its owner's rights.
 */
function functionSettings(pair: Pair): string {
  const settings = ['SET search_path = pg_catalog, pg_temp'];
  if (pair.converts)
    settings.push("SET TimeZone = 'UTC'", "SET DateStyle = 'ISO, YMD'", "SET IntervalStyle = 'postgres'");
  // A plan cached while the table was small must not scan it for ever.
  if (pair.mirrored.length > 0) settings.push('SET enable_seqscan = off');
  return settings.join('\n');
}

function constantDefault(column: ColumnInfo): string | null {
  if (column.default === null) return 'NULL';
  const parsed = parseExpression(column.default);
  return parsed.functions.length === 0 && !parsed.readsClock && parsed.columns.length === 0
    ? column.default
    : null;
}

/**
 * True where the row's partition has a default of its own for a column. One that was made without the table's defaults has none:
 * written to by its own name it leaves NULL, and no note, on a side that nobody wrote.
 */
const partitionDefaults = (column: string) =>
  `EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = TG_RELID AND attname = ${quoteLiteral(column)} AND atthasdef)`;

function whoWroteOnInsert(pair: Pair, table: TableInfo, old: string, fresh: string): string {
  if (!needsOmittedDefault(pair)) {
    return `wrote_old := ${old} IS NOT NULL;
    wrote_new := ${fresh} IS NOT NULL;`;
  }
  const constant = constantDefault(pair.old);
  // A default that is not constant cannot be told from a written value: the new side counts as the only writer.
  const alsoOld =
    constant === null ? 'false' : `(${differs(pair.old, old, coerced(constant, pair.old.type))})`;
  const noted = `coalesce(pg_catalog.current_setting(${rowSetting(pair)}, true), '') <> '1'`;
  if (table.kind !== 'partitioned table')
    return `wrote_new := ${noted};
    wrote_old := NOT wrote_new OR ${alsoOld};`;
  const given =
    pair.old.default === null ? 'true' : `(${old} IS NOT NULL OR ${partitionDefaults(pair.old.name)})`;
  return `wrote_new := ${noted} AND (${fresh} IS NOT NULL OR ${partitionDefaults(pair.newName)});
    wrote_old := NOT wrote_new OR (${alsoOld} AND ${given});`;
}

function assignment(pair: Pair, target: string, source: string, direction: 'up' | 'down'): string {
  if (!pair.converts) return `${target} := ${source};`;
  const conversion = pair[direction];
  const names = pairNames(pair);
  const value =
    conversion.onFailure.kind === 'reject' ? conversion.apply(source) : `${names[direction]}(${source})`;
  return `${target} := ${value};`;
}

function recordSide(pair: Pair, side: 'old' | 'new', condition: string, value: string): string {
  return `
  IF ${condition} THEN
    INSERT INTO segue.exceptions (transition, operation, side, key, value)
    VALUES (${quoteLiteral(pair.transition)}, ${recordNumber(pair)}, ${quoteLiteral(side)}, ${keyJson(pair, 'NEW')}, (${value})::text)
    ON CONFLICT (transition, operation, side, key) DO UPDATE SET value = EXCLUDED.value, seen_at = pg_catalog.now();
  END IF;`;
}

function bothWays(
  pair: Pair,
  table: TableInfo,
  stage: 'old_leads' | 'new_leads',
  old: string,
  fresh: string,
): string {
  const conditions = pairConditions(pair, 'NEW');
  const leaderWins = stage === 'old_leads' ? 'wrote_new := false;' : 'wrote_old := false;';
  const [kept, lost] = stage === 'old_leads' ? [old, fresh] : [fresh, old];
  const newSideDecides = stage === 'old_leads' ? 'wrote_new' : 'wrote_new OR NOT wrote_old';
  return `
  IF TG_OP = 'INSERT' THEN
    ${whoWroteOnInsert(pair, table, old, fresh)}
  ELSE
    wrote_old := ${differs(pair.old, old, `OLD.${quoteIdent(pair.old.name)}`)};
    wrote_new := ${differs(pair.newComparable, fresh, `OLD.${quoteIdent(pair.newName)}`)} AND ${NO_BACKFILL};${updateToDefault(pair, old, fresh)}
  END IF;
  IF ${conditions.safeDisagrees} THEN
    IF wrote_old AND wrote_new THEN
      INSERT INTO segue.conflicts (transition, operation, key, kept, lost)
      VALUES (${quoteLiteral(pair.transition)}, ${recordNumber(pair)}, ${keyJson(pair, 'NEW')}, (${kept})::text, (${lost})::text);
      ${leaderWins}
    END IF;
    IF ${newSideDecides} THEN
      ${assignment(pair, old, fresh, 'down')}
    ELSE
      ${assignment(pair, fresh, old, 'up')}
    END IF;
  END IF;`;
}

/** True where a foreign key of the old column, whatever it is called now, sets its default. */
export function foreignKeySetsDefault(pair: Pick<Pair, 'mirroredAs'>, table: TableInfo): boolean {
  return table.foreignKeys.some(
    (key) => key.columns.includes(pair.mirroredAs) && [key.onDelete, key.onUpdate].includes('SET DEFAULT'),
  );
}

/**
 * A foreign key that sets its default acts on the old column first, which keeps its default for that, and then looks whether a
 * row still names what is gone: so what it does holds for both sides. Nobody else writes the old column alone.
 */
function foreignKeyActs(pair: Pair, table: TableInfo, oldName: string, old: string, fresh: string): string {
  if (!foreignKeySetsDefault(pair, table)) return '';
  const own = pair.converts ? `${pairNames(pair).up}(${old})` : old;
  const value =
    pair.newDefault === undefined
      ? own
      : `CASE WHEN ${same(pair.old, old, coerced(pair.old.default ?? 'NULL', pair.old.type))} THEN ${pair.newDefault ?? 'NULL'} ELSE ${own} END`;
  return `
  IF TG_OP = 'UPDATE' THEN
    IF ${differs(pair.old, old, `OLD.${quoteIdent(oldName)}`)} AND ${same(pair.newComparable, fresh, `OLD.${quoteIdent(pair.newName)}`)} THEN
      ${fresh} := ${value};
    END IF;
  END IF;`;
}

/**
 * The one function that keeps a pair the same in both directions; BEFORE triggers call it for each row. It changes the
 * other side only where it is not already what this side converts to, so a lossy conversion does not wear a value down.
 * In stage `retired` only the new side writes, and the retired column is fed with whatever it can hold.
 */
function syncFunction(pair: Pair, table: TableInfo, stage: SyncStage): string {
  const names = pairNames(pair);
  const oldName = stage === 'retired' ? pair.retiredName : pair.old.name;
  const old = `NEW.${quoteIdent(oldName)}`;
  const fresh = `NEW.${quoteIdent(pair.newName)}`;
  const conditions = pairConditions(pair, 'NEW', oldName);
  const oneWay: Record<Exclude<SyncStage, 'old_leads' | 'new_leads'>, string> = {
    old_only: assignment(pair, fresh, old, 'up'),
    new_only: assignment(pair, old, fresh, 'down'),
    retired: pair.converts ? `${old} := ${names.down}(${fresh});` : `${old} := ${fresh};`,
  };
  const standsIn = pair.down.onFailure.kind === 'stand_in' && (stage === 'new_only' || stage === 'retired');
  const body =
    stage === 'old_leads' || stage === 'new_leads'
      ? bothWays(pair, table, stage, old, fresh)
      : `${stage === 'old_only' ? '' : foreignKeyActs(pair, table, oldName, old, fresh)}${standsIn ? standInStatement(pair, old, fresh) : ''}
  IF ${conditions.safeDisagrees} THEN
    ${oneWay[stage]}
  END IF;`;
  const locks = uniqueLockStatements(pair, oldName, (name) =>
    table.columns.find((column) => column.name === name),
  );
  return `CREATE OR REPLACE FUNCTION ${names.sync}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
${functionSettings(pair)}
AS ${functionBody(`DECLARE
  wrote_old boolean;
  wrote_new boolean;
  key_is_new boolean;
  row_is_touched boolean;
  key_place tid;
BEGIN${body}${locks}
  RETURN NEW;
END`)}`;
}

/**
 * The function that records values which the other side cannot hold. It is called after the row is written, when the
 * writer holds the row's lock: recorded before, the record of one key and the row with that key would be locked
 * crosswise by an upsert and an update, a deadlock that the application did not have.
 */
function recordFunction(pair: Pair, stage: SyncStage): string {
  const names = pairNames(pair);
  const oldName = stage === 'retired' ? pair.retiredName : pair.old.name;
  const conditions = pairConditions(pair, 'NEW', oldName);
  const sides = [
    recordSide(pair, 'new', conditions.lossyNew, `NEW.${quoteIdent(pair.newName)}`),
    ...(stage === 'retired' || stage === 'new_only' || pair.exact === true
      ? []
      : [recordSide(pair, 'old', conditions.lossyOld, `NEW.${quoteIdent(oldName)}`)]),
  ];
  return `CREATE OR REPLACE FUNCTION ${names.record}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
${functionSettings({ ...pair, mirrored: [] })}
AS ${functionBody(`BEGIN${sides.join('')}
  RETURN NULL;
END`)}`;
}

/** Everything that depends on the stage: what Switch and Retire replace, in the transaction of their change. */
export function stageFunctions(pair: Pair, table: TableInfo, stage: SyncStage): string[] {
  return [syncFunction(pair, table, stage), ...(pair.converts ? [recordFunction(pair, stage)] : [])];
}
