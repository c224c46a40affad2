import type { AlterTableCmd, AlterTableStmt } from 'libpg-query';
import { LOCK_MODES, type LockMode } from '@/lib/core/plan';
import type { TableInfo } from '@/lib/planner/catalog';
import { nodeOf, nodesOf } from '@/lib/sql/ast';
import { addColumn } from './add-column';
import { AlterPass } from './alter-pass';
import { alterType } from './alter-type';
import { columnOf } from './column-facts';
import { addConstraint, dropConstraint, validateConstraint } from './constraints';
import { dropColumn } from './drop-column';
import { alterConstraint } from './foreign-keys';
import { dropExpression, setExpression } from './generated';
import { columnDefault, columnIdentity, dropNotNull, setNotNull } from './not-null';
import { attachPartition, detachPartition } from './partitions';
import type { Scene } from './scene';
import { optionsLock, setLogged, setOptions } from './storage';

/** Subcommands that take less than ACCESS EXCLUSIVE (AlterTableGetLockLevel in tablecmds.c). */
const WEAKER: Readonly<Record<string, LockMode>> = {
  AT_SetStatistics: 'SHARE UPDATE EXCLUSIVE',
  AT_SetOptions: 'SHARE UPDATE EXCLUSIVE',
  AT_ResetOptions: 'SHARE UPDATE EXCLUSIVE',
  AT_ClusterOn: 'SHARE UPDATE EXCLUSIVE',
  AT_DropCluster: 'SHARE UPDATE EXCLUSIVE',
  AT_ValidateConstraint: 'SHARE UPDATE EXCLUSIVE',
  AT_AttachPartition: 'SHARE UPDATE EXCLUSIVE',
  AT_DetachPartitionFinalize: 'SHARE UPDATE EXCLUSIVE',
  AT_EnableTrig: 'SHARE ROW EXCLUSIVE',
  AT_EnableAlwaysTrig: 'SHARE ROW EXCLUSIVE',
  AT_EnableReplicaTrig: 'SHARE ROW EXCLUSIVE',
  AT_EnableTrigAll: 'SHARE ROW EXCLUSIVE',
  AT_EnableTrigUser: 'SHARE ROW EXCLUSIVE',
  AT_DisableTrig: 'SHARE ROW EXCLUSIVE',
  AT_DisableTrigAll: 'SHARE ROW EXCLUSIVE',
  AT_DisableTrigUser: 'SHARE ROW EXCLUSIVE',
};

function lockModeOf(cmd: AlterTableCmd): LockMode {
  const type = cmd.subtype ?? '';
  if (type === 'AT_AddConstraint' && nodeOf(cmd.def, 'Constraint')?.contype === 'CONSTR_FOREIGN')
    return 'SHARE ROW EXCLUSIVE';
  if (type === 'AT_DetachPartition' && nodeOf(cmd.def, 'PartitionCmd')?.concurrent === true)
    return 'SHARE UPDATE EXCLUSIVE';
  if (type === 'AT_SetRelOptions' || type === 'AT_ResetRelOptions') return optionsLock(cmd);
  return WEAKER[type] ?? 'ACCESS EXCLUSIVE';
}

type Handler = (pass: AlterPass) => void;

const HANDLERS: Readonly<Record<string, Handler>> = {
  AT_AddColumn: addColumn,
  AT_DropColumn: dropColumn,
  AT_AlterColumnType: ({ scene, table, cmd, recurse, ...pass }) => {
    for (const member of recurse ? pass.below : []) scene.lock(member, pass.mode);
    alterType(scene, table, cmd, recurse);
  },
  AT_AddConstraint: addConstraint,
  AT_ValidateConstraint: validateConstraint,
  AT_DropConstraint: dropConstraint,
  AT_AlterConstraint: alterConstraint,
  AT_SetNotNull: (pass) => setNotNull(pass, pass.cmd.name ?? '', false),
  AT_DropNotNull: dropNotNull,
  AT_ColumnDefault: columnDefault,
  AT_AddIdentity: columnIdentity,
  AT_SetIdentity: columnIdentity,
  AT_DropIdentity: columnIdentity,
  AT_SetExpression: setExpression,
  AT_DropExpression: dropExpression,
  AT_SetStorage: (pass) => onColumn(pass, true),
  AT_SetStatistics: (pass) => onColumn(pass, true),
  AT_SetCompression: (pass) => onColumn(pass, false),
  AT_SetOptions: (pass) => onColumn(pass, false),
  AT_SetRelOptions: setOptions,
  AT_ResetRelOptions: setOptions,
  AT_SetLogged: (pass) => setLogged(pass, false),
  AT_SetUnLogged: (pass) => setLogged(pass, true),
  AT_AttachPartition: attachPartition,
  AT_DetachPartition: detachPartition,
  AT_AddInherit: ({ scene, cmd }) => {
    const parent = nodeOf(cmd.def, 'RangeVar');
    if (parent !== undefined) scene.lock(scene.table(parent), 'SHARE UPDATE EXCLUSIVE');
  },
};

function onColumn(pass: AlterPass, descends: boolean): void {
  columnOf(pass.scene, pass.table, pass.cmd.name ?? '');
  if (descends) pass.descend();
}

/** ALTER TABLE, VIEW, MATERIALIZED VIEW; of an index and a sequence nothing here is known to make a table wait. */
export function alterTable(scene: Scene, statement: AlterTableStmt): void {
  if (statement.objtype === 'OBJECT_INDEX' || statement.objtype === 'OBJECT_SEQUENCE') return;
  const table = target(scene, statement);
  if (table === null) return;
  const commands = nodesOf(statement.cmds, 'AlterTableCmd');
  const modes = commands.map(lockModeOf);
  const mode = LOCK_MODES[Math.max(...modes.map((one) => LOCK_MODES.indexOf(one)))] ?? 'ACCESS EXCLUSIVE';
  scene.lock(table, mode);
  const dropped = new Set(
    commands.flatMap((cmd) =>
      cmd.subtype === 'AT_DropConstraint' && cmd.name !== undefined ? [cmd.name] : [],
    ),
  );
  for (const cmd of commands)
    HANDLERS[cmd.subtype ?? '']?.(
      new AlterPass(scene, table, cmd, statement.relation?.inh === true, mode, dropped),
    );
}

function target(scene: Scene, { relation, missing_ok }: AlterTableStmt): TableInfo | null {
  const name = scene.place(relation?.schemaname, relation?.relname ?? '');
  if (missing_ok === true && scene.options.complete === true && scene.find(name) === null) return null;
  return scene.table(relation);
}
