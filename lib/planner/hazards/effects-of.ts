import type {
  AlterDomainStmt,
  AlterEnumStmt,
  AlterObjectSchemaStmt,
  AlterTableStmt,
  ClusterStmt,
  CommentStmt,
  CreateStmt,
  CreateTrigStmt,
  DropStmt,
  IndexStmt,
  LockStmt,
  RangeVar,
  RefreshMatViewStmt,
  ReindexStmt,
  RenameStmt,
  TruncateStmt,
  VacuumStmt,
  ViewStmt,
} from 'libpg-query';
import { parseSync } from 'libpg-query';
import { LOCK_MODES } from '@/lib/core/plan';
import type { Catalog } from '@/lib/planner/catalog';
import { nodesOf } from '@/lib/sql/ast';
import { alterTable } from './alter-table';
import { correctedSql } from './corrected/corrected-sql';
import { changeData } from './data';
import { drop } from './drops';
import type { Effects, HazardFinding, JudgeOptions, ParsedStatement } from './effects';
import { alterDomain, alterEnum } from './enums-domains';
import { createIndex, reindex } from './indexes';
import { mentions } from './not-null';
import { cluster, comment, createTrigger, createView, lockTable, refresh, truncate, vacuum } from './objects';
import { createTable } from './partitions';
import { rename, setSchema } from './rename';
import { Refusal, Scene } from './scene';

type Judge = (scene: Scene, node: Record<string, unknown>) => void;

const locked =
  (mode: (typeof LOCK_MODES)[number], field: string): Judge =>
  (scene, node) =>
    scene.lock(scene.table(node[field] as RangeVar), mode);

/** Tables that a publication names. */
const publication: Judge = (scene, node) => {
  for (const { pubtable } of nodesOf(node.pubobjects as unknown[] | undefined, 'PublicationObjSpec')) {
    if (pubtable?.relation === undefined) continue;
    const table = scene.table(pubtable.relation);
    for (const member of [table, ...table.children]) scene.lock(member, 'SHARE UPDATE EXCLUSIVE');
  }
};

/** One judge for each kind of statement; what is not here makes no table wait. */
const JUDGES: Readonly<Record<string, Judge>> = {
  AlterTableStmt: (scene, node) => alterTable(scene, node as AlterTableStmt),
  RenameStmt: (scene, node) => rename(scene, node as RenameStmt),
  AlterObjectSchemaStmt: (scene, node) => setSchema(scene, node as AlterObjectSchemaStmt),
  CreateStmt: (scene, node) => createTable(scene, node as CreateStmt),
  DropStmt: (scene, node) => drop(scene, node as DropStmt),
  IndexStmt: (scene, node) => createIndex(scene, node as IndexStmt),
  ReindexStmt: (scene, node) => reindex(scene, node as ReindexStmt),
  AlterEnumStmt: (scene, node) => alterEnum(scene, node as AlterEnumStmt),
  AlterDomainStmt: (scene, node) => alterDomain(scene, node as AlterDomainStmt),
  RefreshMatViewStmt: (scene, node) => refresh(scene, node as RefreshMatViewStmt),
  ViewStmt: (scene, node) => createView(scene, node as ViewStmt),
  CreateTrigStmt: (scene, node) => createTrigger(scene, node as CreateTrigStmt),
  RuleStmt: locked('ACCESS EXCLUSIVE', 'relation'),
  CreatePolicyStmt: locked('ACCESS EXCLUSIVE', 'table'),
  AlterPolicyStmt: locked('ACCESS EXCLUSIVE', 'table'),
  TruncateStmt: (scene, node) => truncate(scene, node as TruncateStmt),
  VacuumStmt: (scene, node) => vacuum(scene, node as VacuumStmt),
  ClusterStmt: (scene, node) => cluster(scene, node as ClusterStmt),
  LockStmt: (scene, node) => lockTable(scene, node as LockStmt),
  CommentStmt: (scene, node) => comment(scene, node as CommentStmt),
  CreateStatsStmt: (scene, node) => {
    for (const relation of nodesOf(node.relations as unknown[], 'RangeVar'))
      scene.lock(scene.table(relation), 'SHARE UPDATE EXCLUSIVE');
  },
  CreatePublicationStmt: publication,
  AlterPublicationStmt: publication,
  InsertStmt: (scene, node) => changeData(scene, 'InsertStmt', node),
  UpdateStmt: (scene, node) => changeData(scene, 'UpdateStmt', node),
  DeleteStmt: (scene, node) => changeData(scene, 'DeleteStmt', node),
  MergeStmt: (scene, node) => changeData(scene, 'MergeStmt', node),
};

/**
 * What a statement does on a server with this catalog: locks, rewrites, scans, index builds, and what a person should
 * know. Pure. Tables are taken to have rows. Of kinds of statements that touch no table nothing is said.
 */
export function effectsOf(statement: ParsedStatement, catalog: Catalog, options: JudgeOptions): Effects {
  const effects = bareEffects(statement, catalog, options);
  const correctedOf = correctedSql(statement, effects.findings, catalog, options, (text) => {
    const [[kind, node] = ['', {}]] = Object.entries(parseSync(text).stmts?.[0]?.stmt ?? {});
    return bareEffects({ kind, node: { ...(node as object) } }, catalog, options).findings;
  });
  return {
    ...effects,
    findings: effects.findings.map((finding): HazardFinding => {
      const corrected = correctedOf(finding.rule);
      return corrected === null ? finding : { ...finding, corrected, fix: fixText(finding.fix, corrected) };
    }),
  };
}

/** The advice, and the SQL beneath it. */
function fixText(advice: string | null, corrected: readonly string[]): string {
  const alone = corrected.some((statement) => /\bCONCURRENTLY\b/i.test(statement));
  const how = alone ? '-- outside a transaction, one after the other' : '-- each in a transaction of its own';
  const sql = [
    ...(corrected.length > 1 || alone ? [how] : []),
    ...corrected.map((statement) => `${statement};`),
  ];
  return [...(advice === null ? [] : [advice]), ...sql].join('\n');
}

function bareEffects(statement: ParsedStatement, catalog: Catalog, options: JudgeOptions): Effects {
  const scene = new Scene(catalog, options);
  try {
    refuseNewValues(scene, statement);
    JUDGES[statement.kind]?.(scene, statement.node);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (scene.findings.every(({ severity }) => severity !== 'error'))
      scene.note('refused', null, error.message, null);
    return scene.effects(error.sqlState);
  }
  noteShape(scene);
  return scene.effects(null);
}

/** An enum value that the same transaction added cannot be used. */
function refuseNewValues(scene: Scene, { kind, node }: ParsedStatement): void {
  if (kind === 'AlterEnumStmt') return;
  const value = [...(scene.options.newEnumValues ?? [])].find((one) => mentions(node, one));
  if (value === undefined) return;
  scene.note(
    'enum-value-in-use',
    null,
    `The value ${value} was added in the same transaction: PostgreSQL refuses to use it before that ends.`,
    'Add the value in a migration of its own.',
  );
  scene.refuse('55P04', `The new enum value ${value} cannot be used yet.`);
}

const isStrong = (mode: (typeof LOCK_MODES)[number]): boolean =>
  LOCK_MODES.indexOf(mode) >= LOCK_MODES.indexOf('SHARE');

/** Locks that make others wait, and work while such a lock is held. */
function noteShape(scene: Scene): void {
  const { locks, rewrites, scans, builds } = scene.effects(null);
  const works =
    rewrites.length + scans.length + builds.length > 0 || locks.some(({ mode }) => mode === 'ROW EXCLUSIVE');
  const held = (scene.options.held ?? []).find(
    ({ relation, mode }) => isStrong(mode) && !scene.options.created?.has(relation),
  );
  if (works && held !== undefined) {
    const [schema = 'public', ...name] = held.relation.split('.');
    scene.note(
      'work-under-lock',
      { schema, name: name.join('.') },
      `${held.relation} has been locked (${held.mode}) since an earlier statement of the transaction: it stays so while this one works.`,
      'Put this statement into a transaction of its own.',
    );
  }
  for (const { relation, mode } of locks) {
    if (!isStrong(mode) || scene.findings.some((one) => one.relation === relation)) continue;
    const [schema = 'public', ...name] = relation.split('.');
    scene.note(
      'strong-lock',
      { schema, name: name.join('.') },
      `It takes ${mode} on ${relation}: ${mode === 'ACCESS EXCLUSIVE' ? 'all queries' : 'writers'} wait while it waits for its turn.`,
      'SET lock_timeout before it and try again when it fails; Segue does so by itself.',
    );
  }
}
