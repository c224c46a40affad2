import type { AlterTableCmd } from 'libpg-query';
import type { LockMode } from '@/lib/core/plan';
import { nodeOf, nodesOf } from '@/lib/sql/ast';
import type { AlterPass } from './alter-pass';
import { labelOf } from './scene';

/** Options for which readers and writers need not wait (reloptions.c); all others take ACCESS EXCLUSIVE. */
const CALM =
  /^(fillfactor|toast_tuple_target|parallel_workers|vacuum_.*|autovacuum_.*|log_autovacuum_.*|n_distinct.*)$/;

const optionsOf = (cmd: AlterTableCmd) => nodesOf(nodeOf(cmd.def, 'List')?.items, 'DefElem');

/** Lock of SET (…) and RESET (…). */
export function optionsLock(cmd: AlterTableCmd): LockMode {
  return optionsOf(cmd).every(({ defname }) => CALM.test(defname ?? ''))
    ? 'SHARE UPDATE EXCLUSIVE'
    : 'ACCESS EXCLUSIVE';
}

/** SET (…) and RESET (…). */
export function setOptions({ scene, table, cmd }: AlterPass): void {
  if (table.partitionBy !== null && optionsOf(cmd).length > 0)
    scene.refuse(
      scene.options.major >= 16 ? '42809' : '22023',
      `The partitioned table ${labelOf(table)} has no storage options.`,
    );
}

/** SET LOGGED and SET UNLOGGED. */
export function setLogged({ scene, table }: AlterPass, unlogged: boolean): void {
  if (table.unlogged === unlogged) return;
  const partner = unlogged
    ? table.inboundForeignKeys.find(
        (key) => labelOf(key.table) !== labelOf(table) && !scene.info(key.table).unlogged,
      )
    : table.foreignKeys.find((key) => scene.info(key.references).unlogged);
  if (partner !== undefined)
    scene.refuse('42P16', `Foreign key ${partner.name} binds a logged and an unlogged table.`);
  scene.rewrite(table);
  scene.note(
    'rewrite-table',
    table,
    `Every row of ${labelOf(table)} is written anew while nobody can read or write it.`,
    'Fill a new table that is made the other way, and swap the names.',
  );
}
