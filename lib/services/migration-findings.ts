import type { Catalog } from '@/lib/planner/catalog';
import { RULES } from '@/lib/planner/hazards/rules';
import type { LintFinding } from '@/lib/planner/lint/lint-finding';
import type { RawFinding, RawWork, RuleView, StatementView } from '@/lib/views/migration-view';
import { rawWork } from '@/lib/views/raw-work';

const BUILDS = /index|unique|primary-key$|exclusion|builds/;

/** What a statement would do in proportion to a table, with the table's size now. */
function workOf(finding: LintFinding, catalog: Catalog): RawWork | null {
  // What it is about is locked since an earlier statement: this one works elsewhere.
  if (finding.rule === 'work-under-lock') return null;
  const table = catalog.tables.find(({ schema, name }) => `${schema}.${name}` === finding.relation);
  if (table === undefined || table.bytes === 0) return null;
  if (finding.rule === 'data-change') return rawWork('rewrite', table);
  if (finding.severity !== 'error') return null;
  if (finding.rewrites) return rawWork('rewrite', table);
  if (BUILDS.test(finding.rule)) return rawWork('build', table);
  return finding.scans ? rawWork('scan', table) : null;
}

/** The statement in which a place lies, by its place in the list; null where it lies between. */
function statementAt(
  statements: readonly StatementView[],
  place: { readonly line: number; readonly column: number },
): number | null {
  let low = 0;
  let high = statements.length - 1;
  let found: number | null = null;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const { line = 0, column = 0 } = statements[middle] ?? {};
    if (line < place.line || (line === place.line && column <= place.column)) {
      found = middle;
      low = middle + 1;
    } else high = middle - 1;
  }
  const endLine = found === null ? 0 : (statements[found]?.endLine ?? 0);
  return place.line <= endLine ? found : null;
}

/** What lint says, at its statement and with the size of what it would work on. Pure. */
export function rawFindings(
  found: readonly LintFinding[],
  statements: readonly StatementView[],
  catalog: Catalog,
): RawFinding[] {
  return found.map((finding) => {
    const caret = finding.rule === 'syntax-error';
    return {
      line: finding.line,
      column: finding.column,
      statement: statementAt(statements, finding),
      rule: finding.rule,
      severity: finding.severity,
      // The line and its caret, which lint prints below, stand in the file itself here.
      message: caret ? (finding.message.split('\n')[0] ?? '') : finding.message,
      fix: finding.fix,
      relation: finding.relation,
      lock: finding.rule === 'work-under-lock' ? null : finding.lock,
      caret,
      work: workOf(finding, catalog),
    };
  });
}

/** Title and explanation of the rules that occur; those about the file itself need none. */
export function rulesOf(findings: readonly RawFinding[]): Record<string, RuleView> {
  const known: Readonly<Record<string, RuleView>> = RULES;
  return Object.fromEntries(
    [...new Set(findings.map(({ rule }) => rule))].flatMap((rule) => {
      const found = known[rule];
      return found === undefined ? [] : [[rule, { title: found.title, about: found.about }]];
    }),
  );
}
