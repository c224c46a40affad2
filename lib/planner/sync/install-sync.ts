import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import type { TableInfo } from '../catalog';
import { differs } from '../compare';
import { alterTable } from '../plan-parts';
import { alwaysFire } from './always-fire';
import { defaultAsked, needsOmittedDefault, noteFunction, omittedFunction } from './omitted-default';
import { NO_BACKFILL, type Pair, pairNames } from './pair';
import { type SyncStage, stageFunctions } from './pair-function';
import { dropStandIns } from './stand-in';
import { keyColumnsOf } from './unique-locks';

/** Names of all triggers of a pair. */
export function syncTriggers(pair: Pair): string[] {
  const names = pairNames(pair);
  return [
    names.updateTrigger,
    names.insertTrigger,
    ...(pair.converts ? [names.recordUpdateTrigger, names.recordInsertTrigger] : []),
    ...(needsOmittedDefault(pair) ? [names.noteTrigger, names.clearTrigger] : []),
  ];
}

/** Takes the triggers of a pair away, and then the functions that they called. */
export function dropSync(pair: Pair): string[] {
  const names = pairNames(pair);
  return [
    ...syncTriggers(pair).map((name) => `DROP TRIGGER ${quoteIdent(name)} ON ${quoteName(pair.table)}`),
    `DROP FUNCTION ${names.sync}()`,
    ...(pair.converts ? [`DROP FUNCTION ${names.record}()`] : []),
    ...(needsOmittedDefault(pair)
      ? [`DROP FUNCTION ${names.note}()`, `DROP FUNCTION ${names.omitted}()`]
      : []),
  ];
}

/** The triggers of a pair: the sync for inserts and for updates that concern it, and what it needs to know and to record. */
function triggerSql(pair: Pair, table: TableInfo, oldName = pair.old.name): string[] {
  const names = pairNames(pair);
  const old = quoteIdent(oldName);
  const fresh = quoteIdent(pair.newName);
  const columnOf = (name: string) => table.columns.find((column) => column.name === name) ?? pair.old;
  const keys = [...new Set(pair.mirrored.flatMap(keyColumnsOf))].filter((name) => name !== pair.old.name);
  const oldChanged = `(${differs(pair.old, `NEW.${old}`, `OLD.${old}`)})`;
  const keysChanged = keys.map(
    (name) => `(${differs(columnOf(name), `NEW.${quoteIdent(name)}`, `OLD.${quoteIdent(name)}`)})`,
  );
  // An UPDATE that moves a row to another partition inserts it there. Not copied yet, it would arrive with one side, and look
  // like a row whose writer left the other one out.
  const notCopied =
    table.kind === 'partitioned table' ? [`(NEW.${fresh} IS NULL AND NEW.${old} IS NOT NULL)`] : [];
  const toDefault = needsOmittedDefault(pair) ? [`(NEW.${fresh} IS NULL AND ${defaultAsked(pair)})`] : [];
  // A backfill writes what the sync would write, so the function is not called for it: a copy shows that by itself, a
  // conversion by the setting that the batch has for its transaction. A trigger of the team may change the old column in
  // that same update, as one that keeps updated_at does: then it is called.
  const newChanged = `(${differs(pair.newComparable, `NEW.${fresh}`, `OLD.${fresh}`)})`;
  const updates = pair.converts
    ? `${[oldChanged, ...keysChanged, ...toDefault].join(' OR ')} OR ((${[newChanged, ...notCopied].join(' OR ')}) AND ${NO_BACKFILL})`
    : [
        `(${differs(pair.old, `NEW.${old}`, `NEW.${fresh}`)})`,
        ...(pair.mirrored.length > 0 ? [oldChanged, ...keysChanged] : []),
        ...toDefault,
      ].join(' OR ');
  const always = pair.mirrored.length > 0 || pair.converts || needsOmittedDefault(pair);
  const inserts = always ? '' : ` WHEN (${differs(pair.old, `NEW.${old}`, `NEW.${fresh}`)})`;
  const on = quoteName(pair.table);
  return [
    ...(needsOmittedDefault(pair)
      ? [
          `CREATE TRIGGER ${quoteIdent(names.clearTrigger)} BEFORE INSERT OR UPDATE ON ${on} FOR EACH STATEMENT WHEN (${defaultAsked(pair)}) EXECUTE FUNCTION ${names.note}()`,
          `CREATE TRIGGER ${quoteIdent(names.noteTrigger)} BEFORE INSERT ON ${on} FOR EACH ROW EXECUTE FUNCTION ${names.note}()`,
        ]
      : []),
    ...(pair.converts
      ? [
          `CREATE TRIGGER ${quoteIdent(names.recordInsertTrigger)} AFTER INSERT ON ${on} FOR EACH ROW EXECUTE FUNCTION ${names.record}()`,
          `CREATE TRIGGER ${quoteIdent(names.recordUpdateTrigger)} AFTER UPDATE ON ${on} FOR EACH ROW WHEN (${updates}) EXECUTE FUNCTION ${names.record}()`,
        ]
      : []),
    `CREATE TRIGGER ${quoteIdent(names.insertTrigger)} BEFORE INSERT ON ${on} FOR EACH ROW${inserts} EXECUTE FUNCTION ${names.sync}()`,
    `CREATE TRIGGER ${quoteIdent(names.updateTrigger)} BEFORE UPDATE ON ${on} FOR EACH ROW WHEN (${updates}) EXECUTE FUNCTION ${names.sync}()`,
  ];
}

/** The sync function of a stage with its triggers, and their way back. The conversions it calls are there already. */
export function installSync(
  pair: Pair,
  table: TableInfo,
  stage: SyncStage,
): { sql: string[]; undo: string[] } {
  const names = pairNames(pair);
  const marks = needsOmittedDefault(pair);
  const fresh = quoteIdent(pair.newName);
  return {
    sql: [
      ...stageFunctions(pair, table, stage),
      ...(marks
        ? [
            noteFunction(pair),
            omittedFunction(pair),
            `GRANT EXECUTE ON FUNCTION ${names.omitted}() TO PUBLIC`,
            `${alterTable(table)} ALTER COLUMN ${fresh} SET DEFAULT ${names.omitted}()`,
          ]
        : []),
      ...triggerSql(pair, table),
      alwaysFire(table, syncTriggers(pair)),
    ],
    undo: [...(marks ? [`${alterTable(table)} ALTER COLUMN ${fresh} DROP DEFAULT`] : []), ...dropSync(pair)],
  };
}

/** The helper functions of a conversion, taken away. */
export function dropConversions(pair: Pair): string[] {
  if (!pair.converts) return [];
  const names = pairNames(pair);
  return [
    `DROP FUNCTION ${names.up}(${pair.old.type})`,
    `DROP FUNCTION ${names.upFails}(${pair.old.type})`,
    `DROP FUNCTION ${names.down}(${pair.newType})`,
    `DROP FUNCTION ${names.downFails}(${pair.newType})`,
    ...dropStandIns(pair),
  ];
}
