import { PHASE_TITLES } from '@/lib/core/plan';
import { readMigration } from '@/lib/sql/migration/read-migration';
import { stringsOf, walkTree } from '@/lib/sql/parse-tree';
import type { JudgeOptions } from '../hazards/effects';
import type { LintFinding } from '../lint/lint-finding';
import { type Judged, migrationJudge } from '../lint/migration-judge';
import type { CatalogReader } from '../memory-catalog/catalog-of';
import type { Memory } from '../memory-catalog/memory';
import { relationLabel } from '../plan-parts';
import type { TableInTransition } from './table-in-transition';

export interface GuardFinding extends LintFinding {
  readonly transition: string | null;
  readonly phase: string | null;
}

export interface GuardOptions {
  readonly file: string;
  readonly major: JudgeOptions['major'];
  readonly tables: readonly TableInTransition[];
}

const DATA = new Set(['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt']);

/** Relations that a statement names: of one about data only the table that it writes. */
function namedBy({ kind, node }: Judged): string[] {
  const named: string[] = [];
  const add = (schema: unknown, name: string) =>
    named.push(
      relationLabel({ schema: typeof schema === 'string' && schema !== '' ? schema : 'public', name }),
    );
  if (kind === 'SelectStmt') return named;
  walkTree({ root: DATA.has(kind) ? { relation: node.relation } : node }, (inner, child) => {
    if (typeof child.relname === 'string') add(child.schemaname, child.relname);
    const parts = inner === 'List' ? stringsOf(child.items) : [];
    const last = parts.at(-1);
    if (last !== undefined) add(parts.at(-2), last);
  });
  return named;
}

/**
 * What of a migration file touches a table in transition: what it names, locks, or may name in code that is only known when it
 * runs. `memory` is afterwards the schema after the file. Never throws for content.
 */
export function guardMigration(
  text: string,
  memory: Memory,
  readCatalog: CatalogReader,
  { file, major, tables }: GuardOptions,
): GuardFinding[] {
  const migration = readMigration(text);
  const judges = migrationJudge(migration, memory, readCatalog, { major, timeZone: null, complete: true });
  const findings: GuardFinding[] = [];
  const tell = (
    place: { line: number; column: number; text: string },
    table: TableInTransition,
    may: string,
  ) =>
    findings.push({
      ...findingOf(table, may),
      file,
      line: place.line,
      column: place.column,
      statement: place.text.trim().slice(0, 500),
    });
  const judge = (statement: Judged) => {
    // What the file has made itself is another relation, whatever its name.
    const own = new Set(judges.created);
    const locked = judges.judge(statement)?.locks.map(({ relation }) => relation) ?? [];
    const touched = new Set([...namedBy(statement), ...locked]);
    for (const table of tables) {
      const label = relationLabel(table.table);
      if (touched.has(label) && !own.has(label)) tell(statement, table, 'changes');
    }
  };
  const search = (place: { line: number; column: number; text: string }) => {
    for (const table of tables)
      if (new RegExp(`(?<![\\w$])${asPattern(table.table.name)}(?![\\w$])`).test(place.text))
        tell(place, table, 'may change');
  };
  for (const item of migration.items) {
    if (item.type === 'problem') search(item);
    else if (item.kind === 'TransactionStmt') judges.followTransaction(item.node);
    else if (item.block === null) judge(item);
    else {
      item.block.statements.forEach(judge);
      item.block.opaque.forEach(search);
    }
  }
  return findings;
}

const asPattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function findingOf(
  { table, transition, phase, position, phases, changes }: TableInTransition,
  may: string,
): Omit<GuardFinding, 'file' | 'line' | 'column' | 'statement'> {
  const label = relationLabel(table);
  const where = `the transition "${transition}", which is in ${PHASE_TITLES[phase]} (${position} of ${phases} phases done)`;
  return {
    rule: 'table-in-transition',
    severity: 'error',
    message: changes
      ? `${label} is in ${where}: this file ${may} it underneath.`
      : `${label} is a foreign-key partner in ${where}: this file ${may} it underneath.`,
    relation: label,
    lock: null,
    rewrites: false,
    scans: false,
    fix: `Deploy it when "${transition}" has passed Retire or is rolled back, or put this change through Segue after it.`,
    transition,
    phase,
  };
}
