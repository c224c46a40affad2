import type {
  AlterTableStmt,
  CreateStmt,
  DeleteStmt,
  DropStmt,
  IndexStmt,
  RefreshMatViewStmt,
  ReindexStmt,
  TruncateStmt,
  VacuumStmt,
} from 'libpg-query';
import { namesOf, nodeOf, nodesOf } from '@/lib/sql/ast';
import { sourceText } from '@/lib/sql/source-text';
import type { Catalog } from '../../catalog';
import type { HazardFinding, JudgeOptions, ParsedStatement } from '../effects';
import type { RuleName } from '../rules';
import { Scene } from '../scene';
import { correctedAlter } from './alter-table';
import { type Correction, written } from './correction';

type Correct = (correction: Correction, node: Record<string, unknown>) => string[] | null;

/** Rules of which the statement itself is harmless, by itself. */
export const BY_ITSELF: ReadonlySet<RuleName> = new Set([
  'work-under-lock',
  'concurrently-in-transaction',
  'enum-value-in-use',
]);

/** Rules about locks that are held for a moment: it is the waiting for them that harms. */
const MOMENTARY: ReadonlySet<RuleName> = new Set([
  'strong-lock',
  'foreign-key-locks',
  'drop-foreign-key',
  'drop-not-null',
  'drop-table-locks-partner',
  'change-type-locks-partner',
]);

/** Rules that other SQL answers. */
const OTHER_SQL: ReadonlySet<RuleName> = new Set([
  'add-column-volatile-default',
  'add-column-sequence',
  'enforce-foreign-key',
  'data-change',
  'add-column-check',
  'add-column-references',
  'add-column-unique',
  'set-not-null-scans',
  'add-check-scans',
  'add-foreign-key',
  'add-unique',
  'add-primary-key',
  'primary-key-scans',
  'create-index-blocks-writes',
  'index-if-not-exists',
  'drop-index-blocks',
  'reindex-blocks',
  'domain-check-scans',
  'create-partition-blocks',
  'detach-partition-blocks',
  'refresh-blocks-readers',
  'rewrite-table',
  'truncate',
]);

const nameIn = (...parts: readonly (string | undefined)[]): string =>
  parts.flatMap((part) => (part === undefined ? [] : [written(part)])).join('.');

function createIndex({ scene, text }: Correction, statement: IndexStmt): string[] | null {
  const table = scene.table(statement.relation);
  if (table.partitionBy !== null) return null;
  const taken = scene.index({ schema: table.schema, name: statement.idxname ?? '' }) !== null;
  if (taken)
    return statement.if_not_exists === true
      ? [
          `SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('${nameIn(statement.relation?.schemaname, statement.idxname).replaceAll("'", "''")}')`,
          text,
        ]
      : null;
  return [
    text
      .replace(/\bINDEX(\s+CONCURRENTLY)?\b/i, 'INDEX CONCURRENTLY')
      .replace(/\bCONCURRENTLY\s+IF\s+NOT\s+EXISTS\b/i, 'CONCURRENTLY'),
  ];
}

function dropIndexes({ scene }: Correction, statement: DropStmt): string[] | null {
  if (statement.removeType !== 'OBJECT_INDEX' || statement.behavior === 'DROP_CASCADE') return null;
  const names = (statement.objects ?? []).map((object) => namesOf(nodeOf(object, 'List')?.items));
  const partitioned = names.some((parts) => {
    const found = scene.index(scene.place(parts.at(-2), parts.at(-1) ?? ''));
    return found !== null && found.table.partitionBy !== null;
  });
  if (partitioned) return null;
  const mayMiss = statement.missing_ok === true ? 'IF EXISTS ' : '';
  return names.map((parts) => `DROP INDEX CONCURRENTLY ${mayMiss}${parts.map(written).join('.')}`);
}

function reindex({ scene, text }: Correction, statement: ReindexStmt): string[] | null {
  if (statement.kind === 'REINDEX_OBJECT_SYSTEM') return null;
  const found = scene.index(scene.place(statement.relation?.schemaname, statement.relation?.relname ?? ''));
  if (found?.index.exclusion === true) return null;
  return [text.replace(/\b(INDEX|TABLE|SCHEMA|DATABASE)\b(?!\s*,)/i, '$1 CONCURRENTLY')];
}

/** A partition is made as a table of its own first: then only its attaching has to do with others. */
function createPartition({ scene, text }: Correction, statement: CreateStmt): string[] | null {
  const [parent] = nodesOf(statement.inhRelations, 'RangeVar');
  const bound = /\bPARTITION\s+OF\s+(\S+)\s+(FOR\s+VALUES\s[\s\S]*|DEFAULT\s*)$/i.exec(text);
  if (
    parent === undefined ||
    bound === null ||
    /\bPARTITION\s+BY\b|\bWITH\s*\(|\bTABLESPACE\b/i.test(bound[2] ?? '')
  )
    return null;
  const above = scene.table(parent);
  const rest = above.partitions.some((part) => part.bound === 'DEFAULT' && part.parent.name === above.name);
  if (rest || statement.if_not_exists === true) return null;
  const { schemaname, relname } = statement.relation ?? {};
  const name = nameIn(schemaname, relname);
  const like =
    'INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING CONSTRAINTS INCLUDING INDEXES INCLUDING STORAGE INCLUDING COMPRESSION';
  return [
    `CREATE TABLE ${name} (LIKE ${bound[1]} ${like})`,
    `ALTER TABLE ${bound[1]} ATTACH PARTITION ${name} ${bound[2]?.trim()}`,
  ];
}

function refresh({ scene, text }: Correction, statement: RefreshMatViewStmt): string[] | null {
  const view = scene.table(statement.relation);
  const unique = view.indexes.some(
    (index) => index.unique && index.predicate === null && index.columns.every(({ name }) => name !== null),
  );
  if (!unique || statement.skipData === true || statement.concurrent === true) return null;
  return [text.replace(/\bVIEW\b/i, 'VIEW CONCURRENTLY')];
}

function vacuum(_: Correction, statement: VacuumStmt): string[] | null {
  const tables = nodesOf(statement.rels, 'VacuumRelation').map(({ relation }) =>
    nameIn(relation?.schemaname, relation?.relname),
  );
  return tables.length === 0 ? null : [`VACUUM ${tables.join(', ')}`];
}

function truncate({ scene }: Correction, statement: TruncateStmt): string[] | null {
  const relations = nodesOf(statement.relations, 'RangeVar');
  const plain = relations.every((relation) => {
    const table = scene.table(relation);
    return table.partitionBy === null && table.children.length === 0;
  });
  if (!plain || statement.behavior === 'DROP_CASCADE' || statement.restart_seqs === true) return null;
  return relations.map(({ schemaname, relname }) => {
    const name = [schemaname, relname]
      .flatMap((part) => (part === undefined ? [] : [written(part)]))
      .join('.');
    return `DELETE FROM ${name} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${name} LIMIT 1000)) /* again until it deletes nothing */`;
  });
}

/** Rows go in batches, of the table that is named alone. */
function deleteRows({ scene, text, base }: Correction, statement: DeleteStmt): string[] | null {
  const table = scene.table(statement.relation);
  const whole =
    statement.usingClause !== undefined ||
    statement.returningClause !== undefined ||
    statement.withClause !== undefined;
  if (whole || table.partitionBy !== null || table.children.length > 0) return null;
  const name = nameIn(statement.relation?.schemaname, statement.relation?.relname);
  const alias = statement.relation?.alias?.aliasname;
  const from = alias === undefined ? name : `${name} AS ${written(alias)}`;
  const start = statement.relation?.location ?? 0;
  const condition =
    statement.whereClause === undefined
      ? ''
      : ` WHERE ${sourceText(text, base).afterWord(start, 'WHERE') ?? 'true'}`;
  return [
    `DELETE FROM ${name} WHERE ctid = ANY (ARRAY(SELECT ${alias === undefined ? '' : `${written(alias)}.`}ctid FROM ${from}${condition} LIMIT 1000)) /* again until it deletes nothing */`,
  ];
}

function alterDomain({ text }: Correction, node: Record<string, unknown>): string[] | null {
  return node.subtype === 'C' ? [`${text} NOT VALID`] : null;
}

const CORRECTIONS: Readonly<Record<string, Correct>> = {
  AlterTableStmt: (correction, node) => correctedAlter(correction, node as AlterTableStmt),
  IndexStmt: (correction, node) => createIndex(correction, node as IndexStmt),
  DropStmt: (correction, node) => dropIndexes(correction, node as DropStmt),
  ReindexStmt: (correction, node) => reindex(correction, node as ReindexStmt),
  CreateStmt: (correction, node) => createPartition(correction, node as CreateStmt),
  RefreshMatViewStmt: (correction, node) => refresh(correction, node as RefreshMatViewStmt),
  VacuumStmt: (correction, node) => vacuum(correction, node as VacuumStmt),
  TruncateStmt: (correction, node) => truncate(correction, node as TruncateStmt),
  DeleteStmt: (correction, node) => deleteRows(correction, node as DeleteStmt),
  AlterDomainStmt: alterDomain,
};

const TIMEOUT = "SET lock_timeout = '2s'";

/** Nobody waits long behind a statement that waits; a concurrent build, though, waits for old transactions by itself. */
function withTimeouts(statements: readonly string[]): string[] {
  let limited = false;
  return statements.flatMap((statement) => {
    const limit =
      /^(ALTER|CREATE TABLE|DROP (?!INDEX CONCURRENTLY))/i.test(statement) &&
      !/\bCONCURRENTLY$/.test(statement);
    if (limit === limited) return [statement];
    limited = limit;
    return [limit ? TIMEOUT : 'RESET lock_timeout', statement];
  });
}

/**
 * The same schema without the harm of these findings, by rule. A finding that no SQL answers, or that stands beside one in the
 * same statement, has none. `judge` tells what another text would do before the same catalog.
 */
export function correctedSql(
  statement: ParsedStatement,
  findings: readonly HazardFinding[],
  catalog: Catalog,
  options: JudgeOptions,
  judge: Correction['judge'],
): (rule: RuleName) => readonly string[] | null {
  const { text, base = 0 } = statement;
  if (text === undefined || findings.length === 0) return () => null;
  const rules = findings.map(({ rule }) => rule);
  const scene = new Scene(catalog, { ...options, complete: false });
  const correction = { scene, options, text, base, judge };
  const other = rules.some((rule) => OTHER_SQL.has(rule))
    ? (CORRECTIONS[statement.kind]?.(correction, statement.node) ?? null)
    : null;
  const whole = other === null ? null : withTimeouts(other);
  const errors = findings.some(
    ({ severity, rule }) => severity === 'error' && !BY_ITSELF.has(rule) && rule !== 'refused',
  );
  return (rule) => {
    if (OTHER_SQL.has(rule)) return whole;
    if (BY_ITSELF.has(rule)) return errors ? whole : [text];
    if (!MOMENTARY.has(rule)) return null;
    return errors ? whole : [TIMEOUT, text];
  };
}
