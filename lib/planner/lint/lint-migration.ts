import { LOCK_MODES, type StepLock } from '@/lib/core/plan';
import type { BlockStatement } from '@/lib/sql/migration/do-block';
import { type Migration, type MigrationStatement, readMigration } from '@/lib/sql/migration/read-migration';
import type { Effects, JudgeOptions } from '../hazards/effects';
import { effectsOf } from '../hazards/effects-of';
import { applyStatement } from '../memory-catalog/apply-statement';
import type { CatalogReader } from '../memory-catalog/catalog-of';
import { labelOf, type Memory, relationOf } from '../memory-catalog/memory';
import type { LintFinding } from './lint-finding';
import { readSuppressions, type Suppression } from './suppressions';

export interface LintOptions {
  readonly file: string;
  readonly major: JudgeOptions['major'];
  readonly timeZone: string | null;
  /** Everything that is there is known: what a statement names must exist. */
  readonly complete: boolean;
}

/** What can be said of a DO block's or a file's statement alike. */
type Judged = Pick<MigrationStatement, 'kind' | 'node' | 'text' | 'line' | 'column'> &
  Partial<Pick<BlockStatement, 'condition' | 'tolerates'>>;

/** What the statements of one transaction hold and made so far. */
interface TransactionState {
  open: boolean;
  held: StepLock[];
  newEnumValues: Set<string>;
}

const PROBLEMS = {
  syntax: { rule: 'syntax-error', severity: 'error' },
  psql: { rule: 'psql-command', severity: 'warning' },
  'copy-data': { rule: 'psql-command', severity: 'info' },
} as const;

const shorten = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 500 ? `${line.slice(0, 499)}…` : line;
};

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

/**
 * Judges a migration file against the schema before it, statement after statement; `memory` is afterwards the schema after it.
 * What the file itself makes is safe to lock. Never throws for content: what cannot be read is a finding.
 */
export function lintMigration(
  text: string,
  memory: Memory,
  readCatalog: CatalogReader,
  options: LintOptions,
): LintFinding[] {
  const migration = readMigration(text);
  const suppressions = readSuppressions(text);
  const findings: LintFinding[] = suppressions
    .filter(({ reason }) => reason === '')
    .map(({ line, rules }) => ({
      ...nothing(options.file, line, 1, `-- segue-ignore ${rules.join(', ')}`),
      rule: 'suppression-without-reason',
      severity: 'warning',
      message: 'This comment suppresses nothing: it gives no reason.',
      fix: `Write -- segue-ignore ${rules.join(', ')}: why it is safe here.`,
    }));
  const created = new Set<string>();
  const inOne = runsInTransaction(migration);
  const state: TransactionState = { open: inOne, held: [], newEnumValues: new Set() };

  const judge = (statement: Judged): void => {
    const before = MAKES_RELATIONS.has(statement.kind) ? relationLabels(memory) : null;
    const effects = effectsOf({ kind: statement.kind, node: { ...statement.node } }, readCatalog(), {
      major: options.major,
      timeZone: options.timeZone,
      created,
      held: state.held,
      inTransaction: state.open,
      complete: options.complete,
      newEnumValues: state.newEnumValues,
    });
    // What the file itself made holds no rows that could stand in the way.
    const empty =
      /^23/.test(effects.refused ?? '') && created.has(labelOf(relationOf(memory, rangeOf(statement.node))));
    if (!empty) findings.push(...findingsOf(statement, effects, options.file));
    if (state.open) state.held = [...state.held, ...effects.locks];
    noteEnumValue(statement, state);
    applyStatement(memory, {
      kind: statement.kind,
      node: statement.node,
      text: statement.text,
      base: baseOf(statement),
    });
    if (before !== null)
      for (const label of relationLabels(memory)) if (!before.has(label)) created.add(label);
  };

  for (const item of migration.items) {
    if (item.type === 'problem') {
      findings.push({
        ...nothing(options.file, item.line, item.column, item.text),
        ...PROBLEMS[item.problem],
        message: item.caret === null ? item.message : `${item.message}.\n${item.caret}`,
        fix: null,
      });
    } else if (item.kind === 'TransactionStmt') followTransaction(item.node, state);
    else if (item.block === null) judge(item);
    else {
      for (const inner of item.block.statements) judge(inner);
      for (const part of item.block.opaque)
        findings.push({
          ...nothing(options.file, part.line, part.column, part.text),
          rule: 'opaque-code',
          severity: 'warning',
          message: 'What this code does is only known when it runs.',
          fix: 'Write the statements out.',
        });
    }
  }
  return findings.filter((finding) => !suppressed(finding, suppressions, migration));
}

const rangeOf = (node: Readonly<Record<string, unknown>>) =>
  node.relation as { readonly schemaname?: string; readonly relname?: string } | undefined;

const baseOf = (statement: Judged): number =>
  'base' in statement && typeof statement.base === 'number' ? statement.base : 0;

/** Statements after which there can be a relation that was not there before; one that is renamed is none. */
const MAKES_RELATIONS = new Set(['CreateStmt', 'ViewStmt', 'CreateTableAsStmt']);

const relationLabels = (memory: Memory): Set<string> =>
  new Set([...memory.tables.keys(), ...memory.views.keys()]);

function followTransaction(node: Readonly<Record<string, unknown>>, state: TransactionState): void {
  const ends = /COMMIT|ROLLBACK$/.test(String(node.kind ?? ''));
  if (!ends && !/BEGIN|START/.test(String(node.kind ?? ''))) return;
  state.open = !ends;
  state.held = [];
  state.newEnumValues = new Set();
}

function noteEnumValue(statement: Judged, state: TransactionState): void {
  if (statement.kind === 'AlterEnumStmt' && typeof statement.node.newVal === 'string')
    state.newEnumValues.add(statement.node.newVal);
}

const nothing = (file: string, line: number, column: number, statement: string) => ({
  file,
  line,
  column,
  statement: shorten(statement),
  lock: null,
  relation: null,
  rewrites: false,
  scans: false,
});

function findingsOf(statement: Judged, effects: Effects, file: string): LintFinding[] {
  const place = nothing(file, statement.line, statement.column, statement.text);
  const strongest = [...effects.locks].sort(
    (a, b) => LOCK_MODES.indexOf(b.mode) - LOCK_MODES.indexOf(a.mode),
  )[0];
  const found = effects.findings.map(
    (finding): LintFinding => ({
      ...place,
      rule: finding.rule,
      severity: finding.severity,
      message: finding.message,
      relation: finding.relation,
      lock: (effects.locks.find(({ relation }) => relation === finding.relation) ?? strongest)?.mode ?? null,
      rewrites: effects.rewrites.length > 0,
      scans: effects.scans.length > 0,
      fix: finding.fix,
    }),
  );
  // What runs on a condition, or swallows errors, was written so that a refusal does no harm.
  const minds = (statement.condition ?? null) === null && (statement.tolerates ?? []).length === 0;
  if (effects.refused === null || !minds) return effects.refused === null ? found : [];
  const told = found.some(({ severity }) => severity === 'error');
  return told
    ? found
    : [
        ...found,
        {
          ...place,
          rule: 'will-fail',
          severity: 'error',
          message: `PostgreSQL will refuse this statement (SQLSTATE ${effects.refused}).`,
          fix: null,
        },
      ];
}

/** A comment speaks for the statement that begins on its line or next after it. */
function suppressed(
  finding: LintFinding,
  suppressions: readonly Suppression[],
  migration: Migration,
): boolean {
  return suppressions.some((suppression) => {
    if (suppression.reason === '' || !suppression.rules.includes(finding.rule)) return false;
    if (suppression.wholeFile) return true;
    const next = migration.items.find(
      (item) => item.line >= suppression.line || lastLine(item) >= suppression.line,
    );
    return next !== undefined && finding.line >= next.line && finding.line <= lastLine(next);
  });
}

const lastLine = (item: Migration['items'][number]): number =>
  item.line + (item.text.match(/\n/g)?.length ?? 0);
