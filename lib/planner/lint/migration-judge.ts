import type { StepLock } from '@/lib/core/plan';
import type { BlockStatement } from '@/lib/sql/migration/do-block';
import type { Migration, MigrationStatement } from '@/lib/sql/migration/read-migration';
import type { Effects, JudgeOptions } from '../hazards/effects';
import { effectsOf } from '../hazards/effects-of';
import { applyStatement } from '../memory-catalog/apply-statement';
import type { CatalogReader } from '../memory-catalog/catalog-of';
import { copyMemory } from '../memory-catalog/copy-memory';
import { labelOf, type Memory, relationOf, resolveName } from '../memory-catalog/memory';
import { beginSession } from '../memory-catalog/search-path';

/** What can be said of a DO block's or a file's statement alike. */
export type Judged = Pick<MigrationStatement, 'kind' | 'node' | 'text' | 'line' | 'column'> &
  Partial<Pick<BlockStatement, 'condition' | 'tolerates'>> &
  Partial<Pick<MigrationStatement, 'base'>>;

/** Judges the statements of one file in their order. */
export interface MigrationJudge {
  /** What it would do; null where it fails only for rows that a table made by the same file cannot have. The memory is afterwards the schema after it. */
  judge(statement: Judged): Effects | null;
  /** The schema right before the statement that was judged last. It holds until the next is judged. */
  before(): Memory;
  /** BEGIN, COMMIT, ROLLBACK. */
  followTransaction(node: Readonly<Record<string, unknown>>): void;
  /** Relations that the file has made so far, by the names that they were made with. */
  readonly created: ReadonlySet<string>;
}

type Range = { readonly schemaname?: string; readonly relname?: string } | undefined;

/** The relation that there may be after a statement and was not before; one that is renamed is none. */
function madeBy({ kind, node }: Judged, memory: Memory): string | null {
  const ranges: Readonly<Record<string, unknown>> = {
    CreateStmt: node.relation,
    ViewStmt: node.view,
    CreateTableAsStmt: (node.into as { readonly rel?: unknown } | undefined)?.rel,
  };
  const range = ranges[kind] as Range;
  if (range === undefined) return null;
  return labelOf(resolveName(memory, { schema: range.schemaname ?? null, name: range.relname ?? '' }));
}

const isThere = (memory: Memory, label: string): boolean =>
  memory.tables.has(label) || memory.views.has(label);

const rangeOf = (node: Readonly<Record<string, unknown>>) => node.relation as Range;

const applied = (memory: Memory, { kind, node, text, base = 0 }: Judged): void =>
  applyStatement(memory, { kind, node, text, base });

/** Tools send a file as one transaction, unless it ends its own or holds what cannot run in one. */
function runsInTransaction(migration: Migration): boolean {
  return !migration.items.some(
    (item) =>
      item.type === 'statement' &&
      (item.kind === 'TransactionStmt' ||
        /^(CreatedbStmt|DropdbStmt)$/.test(item.kind) ||
        // ANALYZE may stand in one.
        (item.kind === 'VacuumStmt' && item.node.is_vacuumcmd === true) ||
        /\bCONCURRENTLY\b/i.test(item.text)),
  );
}

/** One judge for one file, one memory and one reader of it. What the file itself makes is safe to lock. */
export function migrationJudge(
  migration: Migration,
  memory: Memory,
  readCatalog: CatalogReader,
  options: Pick<JudgeOptions, 'major' | 'timeZone' | 'complete'>,
): MigrationJudge {
  const created = new Set<string>();
  beginSession(memory);
  const behind = copyMemory(memory);
  /** Judged, and not yet done in the memory that lags behind. */
  let lag: Judged[] = [];
  let open = runsInTransaction(migration);
  let held: StepLock[] = [];
  const holds = new Set<string>();
  let newEnumValues = new Set<string>();
  return {
    created,
    judge: (statement) => {
      const made = madeBy(statement, memory);
      const isNew = made !== null && !isThere(memory, made);
      const effects = effectsOf(
        {
          kind: statement.kind,
          node: { ...statement.node },
          text: statement.text,
          base: statement.base ?? 0,
        },
        readCatalog(),
        { ...options, searchPath: memory.searchPath, created, held, inTransaction: open, newEnumValues },
      );
      const empty =
        /^23/.test(effects.refused ?? '') &&
        created.has(labelOf(relationOf(memory, rangeOf(statement.node))));
      if (open)
        for (const lock of effects.locks)
          if (!holds.has(`${lock.mode} ${lock.relation}`)) {
            holds.add(`${lock.mode} ${lock.relation}`);
            held.push(lock);
          }
      if (statement.kind === 'AlterEnumStmt' && typeof statement.node.newVal === 'string')
        newEnumValues.add(statement.node.newVal);
      applied(memory, statement);
      lag.push(statement);
      if (isNew && isThere(memory, made)) created.add(made);
      return empty ? null : effects;
    },
    before: () => {
      for (const each of lag.slice(0, -1)) applied(behind, each);
      lag = lag.slice(-1);
      return { ...behind };
    },
    followTransaction: (node) => {
      const ends = /COMMIT|ROLLBACK$/.test(String(node.kind ?? ''));
      if (!ends && !/BEGIN|START/.test(String(node.kind ?? ''))) return;
      open = !ends;
      held = [];
      holds.clear();
      newEnumValues = new Set();
    },
  };
}
