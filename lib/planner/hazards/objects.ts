import type {
  ClusterStmt,
  CommentStmt,
  CreateTrigStmt,
  LockStmt,
  RangeVar,
  RefreshMatViewStmt,
  TruncateStmt,
  VacuumStmt,
  ViewStmt,
} from 'libpg-query';
import { LOCK_MODES } from '@/lib/core/plan';
import type { TableInfo } from '@/lib/planner/catalog';
import { namesOf, nodeOf, nodesOf } from '@/lib/sql/ast';
import { lockWhole } from './foreign-keys';
import { refuseInTransaction } from './indexes';
import { labelOf, type Scene } from './scene';

/** CREATE TRIGGER: row triggers go to every partition. */
export function createTrigger(scene: Scene, statement: CreateTrigStmt): void {
  const table = scene.table(statement.relation);
  if (statement.row === true) lockWhole(scene, table, 'SHARE ROW EXCLUSIVE');
  else scene.lock(table, 'SHARE ROW EXCLUSIVE');
}

/** CREATE OR REPLACE VIEW of one that is there. */
export function createView(scene: Scene, statement: ViewStmt): void {
  const name = scene.place(statement.view?.schemaname, statement.view?.relname ?? '');
  if (scene.find(name) === null) return;
  if (statement.replace !== true) scene.refuse('42P07', `There is a relation ${labelOf(name)} already.`);
  scene.lock(name, 'ACCESS EXCLUSIVE');
}

/** REFRESH MATERIALIZED VIEW. */
export function refresh(scene: Scene, statement: RefreshMatViewStmt): void {
  const view = scene.table(statement.relation);
  if (statement.concurrent !== true) {
    scene.lock(view, 'ACCESS EXCLUSIVE');
    scene.rewrite(view);
    scene.note(
      'refresh-blocks-readers',
      view,
      `Nobody can read ${labelOf(view)} until it is filled anew.`,
      'Give it a unique index and REFRESH MATERIALIZED VIEW CONCURRENTLY.',
    );
    return;
  }
  const unique = view.indexes.some(
    (index) => index.unique && index.predicate === null && index.columns.every(({ name }) => name !== null),
  );
  if (!unique && view.kind === 'materialized view')
    scene.refuse('55000', `${labelOf(view)} needs a unique index over plain columns.`);
  scene.lock(view, 'EXCLUSIVE');
}

/** COMMENT ON TABLE and COLUMN. */
export function comment(scene: Scene, statement: CommentStmt): void {
  const parts = namesOf(nodeOf(statement.object, 'List')?.items);
  const table =
    statement.objtype === 'OBJECT_TABLE'
      ? parts
      : statement.objtype === 'OBJECT_COLUMN'
        ? parts.slice(0, -1)
        : [];
  const relname = table.at(-1);
  if (relname !== undefined)
    scene.lock(
      scene.table({ relname, ...(table.length > 1 ? { schemaname: table.at(-2) ?? '' } : {}) }),
      'SHARE UPDATE EXCLUSIVE',
    );
}

/** TRUNCATE. */
export function truncate(scene: Scene, statement: TruncateStmt): void {
  const named = nodesOf(statement.relations, 'RangeVar');
  const all = new Map<string, TableInfo>();
  const add = (table: TableInfo, below: boolean): void => {
    for (const member of [table, ...(below ? scene.below(table) : [])]) {
      if (all.has(labelOf(member))) continue;
      all.set(labelOf(member), member);
      if (statement.behavior === 'DROP_CASCADE')
        for (const key of member.inboundForeignKeys) add(scene.info(key.table), true);
    }
  };
  for (const relation of named) add(scene.table(relation), relation.inh === true);
  for (const table of all.values()) {
    const key = table.inboundForeignKeys.find((one) => !all.has(labelOf(one.table)));
    if (key !== undefined)
      scene.refuse('0A000', `${labelOf(key.table)} references ${labelOf(table)}: truncate both.`);
    scene.lock(table, 'ACCESS EXCLUSIVE');
    scene.rewrite(table);
    scene.note(
      'truncate',
      table,
      `All rows of ${labelOf(table)} are gone, and nobody can read or write it meanwhile.`,
      'Delete rows in batches, if they may go at all.',
    );
  }
}

/** VACUUM and ANALYZE. */
export function vacuum(scene: Scene, statement: VacuumStmt): void {
  const on = (name: string): boolean =>
    nodesOf(statement.options, 'DefElem').some(
      ({ defname, arg }) => defname === name && !/^(false|off|0)$/i.test(nodeOf(arg, 'String')?.sval ?? ''),
    );
  const relations = nodesOf(statement.rels, 'VacuumRelation').map(({ relation }) => relation);
  const tables = relations.map((relation) => scene.table(relation));
  if (statement.is_vacuumcmd === true) refuseInTransaction(scene, tables[0] ?? null, 'VACUUM');
  for (const [at, table] of tables.entries()) {
    if (!on('full')) {
      // Outside a transaction each member has one of its own. Since PostgreSQL 18 (its release notes, "Migration") tables that inherit
      // are taken along as partitions are, and ONLY keeps it to the table.
      const along = scene.options.inTransaction === true && relations[at]?.inh === true;
      const below = scene.options.major >= 18 ? scene.below(table) : table.partitions;
      for (const member of along ? below : []) scene.lock(member, 'SHARE UPDATE EXCLUSIVE');
      scene.lock(table, 'SHARE UPDATE EXCLUSIVE');
      continue;
    }
    writeAnew(scene, table);
  }
}

/** CLUSTER. */
export function cluster(scene: Scene, statement: ClusterStmt): void {
  if (statement.relation === undefined) return;
  const table = scene.table(statement.relation);
  if (statement.indexname === undefined && table.kind !== 'other')
    scene.refuse('42704', `${labelOf(table)} was never clustered.`);
  writeAnew(scene, table);
}

function writeAnew(scene: Scene, table: TableInfo): void {
  for (const member of [table, ...table.partitions.map((part) => scene.info(part))]) {
    scene.lock(member, 'ACCESS EXCLUSIVE');
    scene.rewrite(member);
  }
  scene.note(
    'rewrite-table',
    table,
    `Every row of ${labelOf(table)} is written anew while nobody can read or write it.`,
    'VACUUM without FULL; or a tool that repacks a table while it is used.',
  );
}

/** LOCK TABLE. */
export function lockTable(scene: Scene, statement: LockStmt): void {
  const mode = LOCK_MODES[(statement.mode ?? 8) - 1] ?? 'ACCESS EXCLUSIVE';
  for (const relation of nodesOf(statement.relations, 'RangeVar')) lockTree(scene, relation, mode);
}

/** Locks what a name stands for, and below it unless it says ONLY. */
export function lockTree(
  scene: Scene,
  relation: RangeVar | undefined,
  mode: (typeof LOCK_MODES)[number],
): TableInfo {
  const table = scene.table(relation);
  scene.lock(table, mode);
  if (relation?.inh === true) for (const member of scene.below(table)) scene.lock(member, mode);
  return table;
}
