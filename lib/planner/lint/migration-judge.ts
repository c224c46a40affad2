import type { StepLock } from '@/lib/core/plan';
import type { BlockStatement } from '@/lib/sql/migration/do-block';
import type { Migration, MigrationStatement } from '@/lib/sql/migration/read-migration';
import type { Effects, JudgeOptions } from '../hazards/effects';
import { effectsOf } from '../hazards/effects-of';
import { applyStatement } from '../memory-catalog/apply-statement';
import type { CatalogReader } from '../memory-catalog/catalog-of';
import { labelOf, type Memory, relationOf } from '../memory-catalog/memory';
import { beginSession } from '../memory-catalog/search-path';

/** What can be said of a DO block's or a file's statement alike. */
export type Judged = Pick<MigrationStatement, 'kind' | 'node' | 'text' | 'line' | 'column'> &
  Partial<Pick<BlockStatement, 'condition' | 'tolerates'>> &
  Partial<Pick<MigrationStatement, 'base'>>;

/** Judges the statements of one file in their order. */
export interface MigrationJudge {
  /** What it would do; null where it fails only for rows that a table made by the same file cannot have. The memory is afterwards the schema after it; `beforeApplied` still sees the one before. */
  judge(statement: Judged, beforeApplied?: (effects: Effects) => void): Effects | null;
  /** BEGIN, COMMIT, ROLLBACK. */
  followTransaction(node: Readonly<Record<string, unknown>>): void;
  /** Relations that the file has made so far, by the names that they were made with. */
  readonly created: ReadonlySet<string>;
}

/** Statements after which there can be a relation that was not there before; one that is renamed is none. */
const MAKES_RELATIONS = new Set(['CreateStmt', 'ViewStmt', 'CreateTableAsStmt']);

const relationLabels = (memory: Memory): Set<string> =>
  new Set([...memory.tables.keys(), ...memory.views.keys()]);

const rangeOf = (node: Readonly<Record<string, unknown>>) =>
  node.relation as { readonly schemaname?: string; readonly relname?: string } | undefined;

/** Tools send a file as one transaction, unless it ends its own or holds what cannot run in one. */
function runsInTransaction(migration: Migration): boolean {
  return !migration.items.some(
    (item) =>
      item.type === 'statement' &&
      (item.kind === 'TransactionStmt' ||
        /^(VacuumStmt|CreatedbStmt|DropdbStmt)$/.test(item.kind) ||
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
  let open = runsInTransaction(migration);
  let held: StepLock[] = [];
  let newEnumValues = new Set<string>();
  return {
    created,
    judge: (statement, beforeApplied) => {
      const before = MAKES_RELATIONS.has(statement.kind) ? relationLabels(memory) : null;
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
      beforeApplied?.(effects);
      const empty =
        /^23/.test(effects.refused ?? '') &&
        created.has(labelOf(relationOf(memory, rangeOf(statement.node))));
      if (open) held = [...held, ...effects.locks];
      if (statement.kind === 'AlterEnumStmt' && typeof statement.node.newVal === 'string')
        newEnumValues.add(statement.node.newVal);
      applyStatement(memory, {
        kind: statement.kind,
        node: statement.node,
        text: statement.text,
        base: statement.base ?? 0,
      });
      if (before !== null)
        for (const label of relationLabels(memory)) if (!before.has(label)) created.add(label);
      return empty ? null : effects;
    },
    followTransaction: (node) => {
      const ends = /COMMIT|ROLLBACK$/.test(String(node.kind ?? ''));
      if (!ends && !/BEGIN|START/.test(String(node.kind ?? ''))) return;
      open = !ends;
      held = [];
      newEnumValues = new Set();
    },
  };
}
