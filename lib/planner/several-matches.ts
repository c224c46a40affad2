import type { CheckSpec, Finding, KeyColumn } from '@/lib/core/plan';
import { SEVERAL_MATCHES, severalValues } from '@/lib/core/rows-update';
import { quoteIdent, quoteName, type RelationName } from '@/lib/core/sql-text';
import { type OperationContext, type OperationPlan, relationLabel } from './plan-parts';

/** Values that rows of a table get from other rows, as an UPDATE … FROM gives them. */
interface RowsLookup {
  /** The table's name in the other parts. */
  readonly alias: string;
  readonly values: readonly string[];
  readonly from: string;
  readonly where: string | null;
}

const RULE = 'several-matches';

/** Which operation, on which table. */
type About = Pick<OperationContext, 'index'> & { readonly table: RelationName };

/** FROM and WHERE of a statement over the table and what its values come from. */
export const lookupSource = (
  { table }: Pick<OperationContext, 'table'>,
  {
    alias,
    from,
    where,
  }: { readonly alias: string; readonly from: string | null; readonly where: string | null },
): string =>
  `FROM ${quoteName(table)} AS ${quoteIdent(alias)}${from === null ? '' : `, ${from}`}${where === null ? '' : ` WHERE (${where})`}`;

/** Asks before Sync whether one row is given several values; `title` names the columns. */
export function severalMatchesCheck(
  context: OperationContext,
  key: readonly KeyColumn[],
  lookup: RowsLookup,
  columns: string,
): CheckSpec {
  const { table } = context;
  const keys = key.map(({ name }) => `${quoteIdent(lookup.alias)}.${quoteIdent(name)}`).join(', ');
  return {
    id: `${context.index + 1}.${SEVERAL_MATCHES}`,
    title: `No row of ${table.name} is given several values of ${columns}`,
    work: {
      kind: 'violations',
      table: { schema: table.schema, name: table.name },
      key,
      where: `(${key.map(({ name }) => `t.${quoteIdent(name)}`).join(', ')}) IN (SELECT ${keys} ${lookupSource(context, lookup)} GROUP BY ${keys} HAVING ${severalValues(lookup.values)})`,
      show: [],
    },
  };
}

/** Says what becomes of a row that is given several values. */
export const severalMatchesFinding = ({ index, table }: About, becomes: string): Finding => ({
  rule: RULE,
  severity: 'warning',
  operation: index,
  message: `Where several rows of FROM match one row of ${relationLabel(table)} and give different values, ${becomes}`,
  fix: 'Let FROM give one row for each: SELECT DISTINCT ON (…), or an aggregate.',
});

/** Nobody can look beforehand. */
export const ANY_IS_TAKEN = 'any of them is taken, as PostgreSQL itself would.';

/** The plan of a lookup that rests on what others of the transition do to rows: it cannot be looked at before Sync. */
export function withoutSeveralMatchesCheck(plan: OperationPlan, about: About): OperationPlan {
  const { dual_write: sync } = plan.phases;
  if (sync === undefined) return plan;
  const entryChecks = (sync.entryChecks ?? []).filter(({ id }) => !id.endsWith(`.${SEVERAL_MATCHES}`));
  return {
    ...plan,
    findings: plan.findings.map((finding) =>
      finding.rule === RULE ? severalMatchesFinding(about, ANY_IS_TAKEN) : finding,
    ),
    phases: { ...plan.phases, dual_write: { ...sync, entryChecks } },
  };
}
