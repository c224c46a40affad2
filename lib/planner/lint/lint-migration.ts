import { LOCK_MODES } from '@/lib/core/plan';
import { type Migration, readMigration } from '@/lib/sql/migration/read-migration';
import { BY_ITSELF } from '../hazards/corrected/corrected-sql';
import type { Effects, HazardFinding, JudgeOptions } from '../hazards/effects';
import type { CatalogReader } from '../memory-catalog/catalog-of';
import type { Memory } from '../memory-catalog/memory';
import type { LintFinding } from './lint-finding';
import { type Judged, migrationJudge } from './migration-judge';
import { operationFix } from './operation-fix';
import { readSuppressions, type Suppression } from './suppressions';

export interface LintOptions {
  readonly file: string;
  readonly major: JudgeOptions['major'];
  readonly timeZone: string | null;
  /** Everything that is there is known: what a statement names must exist. */
  readonly complete: boolean;
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
  const judges = migrationJudge(migration, memory, readCatalog, options);
  const judge = (statement: Judged): void => {
    const effects = judges.judge(statement);
    if (effects === null) return;
    const runs = effects.refused === null || effects.refused === '23502';
    const operations =
      runs && effects.findings.some(hasOperation)
        ? operationFix(statement, {
            before: judges.before(),
            after: memory,
            created: judges.created,
            complete: options.complete,
          })
        : null;
    findings.push(...findingsOf(statement, effects, operations, options.file));
  };

  for (const item of migration.items) {
    if (item.type === 'problem') {
      findings.push({
        ...nothing(options.file, item.line, item.column, item.text),
        ...PROBLEMS[item.problem],
        message: item.caret === null ? item.message : `${item.message}.\n${item.caret}`,
        fix: null,
      });
    } else if (item.kind === 'TransactionStmt') judges.followTransaction(item.node);
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

/** What is more than a lock for a moment may have an operation. */
const hasOperation = ({ severity, rule }: HazardFinding): boolean =>
  (severity !== 'info' || rule === 'enum-add-value') && !BY_ITSELF.has(rule);

/** The advice with its SQL, and the statement as operations. */
function fixOf(finding: HazardFinding, operations: string | null): string | null {
  if (operations === null || !hasOperation(finding)) return finding.fix;
  return [...(finding.fix === null ? [] : [finding.fix]), `# as operations of Segue\n${operations}`].join(
    '\n',
  );
}

function findingsOf(
  statement: Judged,
  effects: Effects,
  operations: string | null,
  file: string,
): LintFinding[] {
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
      fix: fixOf(finding, operations),
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
