import type { KeyColumn } from '@/lib/core/plan';
import { quoteIdent, quoteLiteral, quoteName, type RelationName } from '@/lib/core/sql-text';
import { parseExpression, replaceColumns } from '@/lib/sql/expression';
import type { ColumnInfo } from '../catalog';
import { type Comparable, differs } from '../compare';
import { CONVERSION_ERRORS } from './conversion-functions';
import { functionBody } from './function-body';
import { coerced, keyJson, NO_BACKFILL, pairId } from './pair';

/** One column of a recast: its value is made of all columns of the other side. */
export interface RecastColumn {
  readonly name: string;
  readonly type: string;
  readonly comparable: Comparable;
  /** The person's SQL over the other side's column names. */
  readonly from: string;
}

/** A column that a recast makes. */
interface NewRecastColumn extends RecastColumn {
  readonly notNull: boolean;
  readonly index: boolean;
}

/** Several columns that stand for the same as several others: one split into two, or two merged into one. */
export interface Recast {
  readonly table: RelationName;
  readonly key: readonly KeyColumn[];
  readonly olds: readonly (RecastColumn & { readonly column: ColumnInfo; readonly retiredName: string })[];
  readonly news: readonly NewRecastColumn[];
  readonly tag: string;
  readonly operation: number;
  readonly transition: string;
}

export type RecastStage = 'old_leads' | 'new_leads' | 'retired';

/** What the columns are called now, by the name that they have in the plan. */
export type PresentNames = Readonly<Record<string, string>>;

export function recastNames(recast: Recast) {
  const id = pairId({ ...recast, part: 0 });
  return {
    sync: `segue.${quoteIdent(`sync_${id}`)}`,
    record: `segue.${quoteIdent(`record_${id}`)}`,
    up: (index: number) => `segue.${quoteIdent(`up_${id}_${index + 1}`)}`,
    down: (index: number) => `segue.${quoteIdent(`down_${id}_${index + 1}`)}`,
    triggers: [
      `zzz_segue_${id}_ins`,
      `zzz_segue_${id}_upd`,
      `zzz_segue_${id}_rec_ins`,
      `zzz_segue_${id}_rec_upd`,
    ] as const,
  };
}

/** The value of a column as plain SQL over a row, which may raise. */
export function recastValue(column: RecastColumn, row: string, names: PresentNames = {}): string {
  const sql = replaceColumns(
    parseExpression(column.from),
    (name) => `${row}.${quoteIdent(names[name] ?? name)}`,
  );
  return coerced(sql, column.type);
}

/** SQL conditions and values over a row; they call the functions that never raise. */
export function recastConditions(recast: Recast, row: string, present: PresentNames = {}) {
  const names = recastNames(recast);
  const at = (name: string) => `${row}.${quoteIdent(present[name] ?? name)}`;
  const olds = recast.olds.map((column) => at(column.name)).join(', ');
  const news = recast.news.map((column) => at(column.name)).join(', ');
  const up = (index: number) => `${names.up(index)}(${olds})`;
  const down = (index: number) => `${names.down(index)}(${news})`;
  const newDiffers = recast.news.map(
    (column, index) => `(${differs(column.comparable, at(column.name), up(index))})`,
  );
  const oldDiffers = recast.olds.map(
    (column, index) => `(${differs(column.comparable, at(column.name), down(index))})`,
  );
  const lossyNew = `(${newDiffers.join(' OR ')})`;
  const lossyOld = `(${oldDiffers.join(' OR ')})`;
  const ups = recast.news.map((_, index) => up(index)).join(', ');
  /** An old value does not convert, or would read differently after the way there and back. */
  const doesNotReturn = recast.olds
    .map(
      (column, index) => `(${differs(column.comparable, at(column.name), `${names.down(index)}(${ups})`)})`,
    )
    .join(' OR ');
  return {
    at,
    up,
    down,
    newDiffers,
    lossyNew,
    lossyOld,
    disagrees: `${lossyNew} AND ${lossyOld}`,
    doesNotReturn,
  };
}

const SETTINGS = `SET search_path = pg_catalog, pg_temp
SET TimeZone = 'UTC'
SET DateStyle = 'ISO, YMD'
SET IntervalStyle = 'postgres'`;

/** The conversions as functions of the other side's columns: NULL where one raises. */
export function recastFunctions(recast: Recast): { sql: string[]; undo: string[] } {
  const names = recastNames(recast);
  const make = (name: string, column: RecastColumn, sources: readonly RecastColumn[]) => {
    const body = replaceColumns(
      parseExpression(column.from),
      (source) => `$${sources.findIndex((each) => each.name === source) + 1}`,
    );
    return `CREATE OR REPLACE FUNCTION ${name}(${sources.map((source) => source.type).join(', ')}) RETURNS ${column.type} LANGUAGE plpgsql STABLE
${SETTINGS}
AS ${functionBody(`BEGIN
  RETURN ${coerced(body, column.type)};
EXCEPTION WHEN ${CONVERSION_ERRORS} THEN
  RETURN NULL;
END`)}`;
  };
  const drop = (name: string, sources: readonly RecastColumn[]) =>
    `DROP FUNCTION ${name}(${sources.map((source) => source.type).join(', ')})`;
  return {
    sql: [
      ...recast.news.map((column, index) => make(names.up(index), column, recast.olds)),
      ...recast.olds.map((column, index) => make(names.down(index), column, recast.news)),
    ],
    undo: [
      ...recast.news.map((_, index) => drop(names.up(index), recast.olds)),
      ...recast.olds.map((_, index) => drop(names.down(index), recast.news)),
    ],
  };
}

/** Keeps both sides the same, whichever was written; see the sync function of a pair for the reasons. */
export function recastSync(recast: Recast, stage: RecastStage, present: PresentNames = {}): string[] {
  const names = recastNames(recast);
  const on = recastConditions(recast, 'NEW', present);
  const before = (name: string) => `OLD.${quoteIdent(present[name] ?? name)}`;
  const changed = (columns: readonly RecastColumn[]) =>
    columns
      .map((column) => `(${differs(column.comparable, on.at(column.name), before(column.name))})`)
      .join(' OR ');
  const filled = (columns: readonly RecastColumn[]) =>
    columns.map((column) => `${on.at(column.name)} IS NOT NULL`).join(' OR ');
  const toOld = recast.olds
    .map((column, index) => `    ${on.at(column.name)} := ${on.down(index)};`)
    .join('\n');
  const toNew = recast.news
    .map((column, index) => `    ${on.at(column.name)} := ${on.up(index)};`)
    .join('\n');
  const texts = (columns: readonly RecastColumn[]) =>
    `ROW(${columns.map((column) => on.at(column.name)).join(', ')})::text`;
  const record = (side: 'old' | 'new', condition: string, columns: readonly RecastColumn[]) => `
  IF ${condition} THEN
    INSERT INTO segue.exceptions (transition, operation, side, key, value)
    VALUES (${quoteLiteral(recast.transition)}, ${recast.operation}, ${quoteLiteral(side)}, ${keyJson(recast, 'NEW')}, ${texts(columns)})
    ON CONFLICT (transition, operation, side, key) DO UPDATE SET value = EXCLUDED.value, seen_at = pg_catalog.now();
  END IF;`;
  const [kept, lost] = stage === 'old_leads' ? [recast.olds, recast.news] : [recast.news, recast.olds];
  const both = `
  IF TG_OP = 'INSERT' THEN
    wrote_old := ${filled(recast.olds)};
    wrote_new := ${filled(recast.news)};
  ELSE
    wrote_old := ${changed(recast.olds)};
    wrote_new := (${changed(recast.news)}) AND ${NO_BACKFILL};
  END IF;
  IF ${on.disagrees} THEN
    IF wrote_old AND wrote_new THEN
      INSERT INTO segue.conflicts (transition, operation, key, kept, lost)
      VALUES (${quoteLiteral(recast.transition)}, ${recast.operation}, ${keyJson(recast, 'NEW')}, ${texts(kept)}, ${texts(lost)});
      ${stage === 'old_leads' ? 'wrote_new := false;' : 'wrote_old := false;'}
    END IF;
    IF ${stage === 'old_leads' ? 'wrote_new' : 'wrote_new OR NOT wrote_old'} THEN
${toOld}
    ELSE
${toNew}
    END IF;
  END IF;`;
  const oneWay = `
  IF ${on.disagrees} THEN
${toOld}
  END IF;`;
  return [
    `CREATE OR REPLACE FUNCTION ${names.sync}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
${SETTINGS}
AS ${functionBody(`DECLARE
  wrote_old boolean;
  wrote_new boolean;
BEGIN${stage === 'retired' ? oneWay : both}
  RETURN NEW;
END`)}`,
    `CREATE OR REPLACE FUNCTION ${names.record}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
${SETTINGS}
AS ${functionBody(`BEGIN${record('new', on.lossyNew, recast.news)}${stage === 'retired' ? '' : record('old', on.doesNotReturn, recast.olds)}
  RETURN NULL;
END`)}`,
  ];
}

/** The triggers that call the sync and the record, and their end. */
export function recastTriggers(recast: Recast): { sql: string[]; undo: string[] } {
  const names = recastNames(recast);
  const [insert, update, recordInsert, recordUpdate] = names.triggers;
  const on = quoteName(recast.table);
  const changed = (columns: readonly RecastColumn[]) =>
    columns
      .map(
        (column) =>
          `(${differs(column.comparable, `NEW.${quoteIdent(column.name)}`, `OLD.${quoteIdent(column.name)}`)})`,
      )
      .join(' OR ');
  const isNull = (columns: readonly RecastColumn[], not: '' | ' NOT') =>
    columns.map((column) => `NEW.${quoteIdent(column.name)} IS${not} NULL`);
  // A row that the copying has not met yet may be moved behind it by an update of something else: that fills it.
  const notCopied = `(${isNull(recast.news, '').join(' AND ')} AND (${isNull(recast.olds, ' NOT').join(' OR ')}))`;
  // Called for a batch of the backfill only where a trigger of the team changes the old side in it.
  const when = (...conditions: readonly string[]) =>
    `WHEN (${changed(recast.olds)} OR ((${conditions.join(' OR ')}) AND ${NO_BACKFILL}))`;
  const create = (name: string, moment: string, condition: string, run: string) =>
    `CREATE TRIGGER ${quoteIdent(name)} ${moment} ON ${on} FOR EACH ROW ${condition}EXECUTE FUNCTION ${run}()`;
  return {
    sql: [
      create(recordInsert, 'AFTER INSERT', '', names.record),
      create(recordUpdate, 'AFTER UPDATE', `${when(changed(recast.news))} `, names.record),
      create(insert, 'BEFORE INSERT', '', names.sync),
      create(update, 'BEFORE UPDATE', `${when(changed(recast.news), notCopied)} `, names.sync),
      ...names.triggers.map((name) => `ALTER TABLE ${on} ENABLE ALWAYS TRIGGER ${quoteIdent(name)}`),
    ],
    undo: [
      ...names.triggers.map((name) => `DROP TRIGGER ${quoteIdent(name)} ON ${on}`),
      `DROP FUNCTION ${names.sync}()`,
      `DROP FUNCTION ${names.record}()`,
    ],
  };
}
