import type { Finding, StepLock } from '@/lib/core/plan';
import { quoteIdent, quoteLiteral, quoteName } from '@/lib/core/sql-text';
import { rewriteView } from '@/lib/sql/rewrite-view';
import type { ViewInfo } from '../catalog';
import { exclusiveOn, type OperationContext, relationLabel, type Trial } from '../plan-parts';
import { refuse } from '../refuse';
import type { Pair } from '../sync/pair';
import { makeView } from './make-view';

interface SwappedColumn {
  readonly context: OperationContext;
  readonly pair: Pair;
}

/** A view over columns that swap their names. */
interface SwappedView {
  readonly name: string;
  readonly view: ViewInfo;
  readonly columns: readonly SwappedColumn[];
}

/** Statements of the swap's transaction, the same there and back. */
interface RecreatedViews {
  readonly drop: readonly string[];
  readonly create: readonly string[];
  readonly locks: readonly StepLock[];
  readonly trials: readonly Trial[];
  readonly findings: readonly Finding[];
}

const labelOf = ({ name, view }: SwappedView) => relationLabel({ schema: view.schema, name });
const role = (name: string) => (name === 'public' ? 'PUBLIC' : quoteIdent(name));

function viewsOver(swapped: readonly SwappedColumn[]): SwappedView[] {
  const found = new Map<string, SwappedView>();
  for (const column of swapped)
    for (const { column: name, name: viewName, view } of column.context.table.dependents) {
      if (name !== column.pair.old.name || view == null) continue;
      const label = relationLabel({ schema: view.schema, name: viewName });
      const known = found.get(label);
      found.set(label, { name: viewName, view, columns: [...(known?.columns ?? []), column] });
    }
  return [...found.values()];
}

function requireRecreatable(swapped: SwappedView): void {
  const { view } = swapped;
  const label = labelOf(swapped);
  if (!view.owned)
    refuse(
      `The view "${label}" reads a column that changes its type and belongs to another role, so it cannot follow.`,
      label,
      `Let this role own "${label}", or be a member of the role that does.`,
    );
  if (view.inTheWay !== null)
    refuse(
      `The view "${label}" has to be made again for the new type, and ${view.inTheWay} depends on it.`,
      label,
      `Drop that first and create it again afterwards, or give the column a new name with "to".`,
    );
  if (view.rewritten === true)
    refuse(
      `Another operation of this transition lets the view "${label}" follow too.`,
      label,
      'Put them into two transitions, one after the other.',
    );
}

/** Rights as they were: those that a new view gives by itself are taken back, if it gives any. */
function grants({ name, view }: SwappedView): string[] {
  const on = quoteName({ schema: view.schema, name });
  const give = (grantee: string, grantable: boolean, what: string) =>
    `GRANT ${what} ON ${on} TO ${role(grantee)}${grantable ? ' WITH GRANT OPTION' : ''}`;
  const own = view.grants === null ? [] : [view.owner];
  return [
    ...[...new Set([...own, ...view.defaultGrantees])].map(
      (grantee) => `REVOKE ALL ON ${on} FROM ${role(grantee)}`,
    ),
    ...(view.grants ?? []).map((grant) => give(grant.grantee, grant.grantable, grant.privilege)),
    ...view.columnGrants.map((grant) =>
      give(grant.grantee, grant.grantable, `${grant.privilege} (${quoteIdent(grant.column)})`),
    ),
  ];
}

function createAgain(swapped: SwappedView): string[] {
  const { name, view } = swapped;
  const on = quoteName({ schema: view.schema, name });
  return [
    makeView('CREATE', name, view, view.definition),
    // First, so that what follows is the owner's.
    `ALTER VIEW ${on} OWNER TO ${quoteIdent(view.owner)}`,
    ...(view.comment === null ? [] : [`COMMENT ON VIEW ${on} IS ${quoteLiteral(view.comment)}`]),
    ...view.columnComments.map(
      ({ column, comment }) => `COMMENT ON COLUMN ${on}.${quoteIdent(column)} IS ${quoteLiteral(comment)}`,
    ),
    ...grants(swapped),
  ];
}

/** Asks PostgreSQL whether the definition still means something when its columns have the new types. */
function trialOf(swapped: SwappedView): Trial[] {
  const rewritten = swapped.columns.reduce<string | null>(
    (definition, { pair }) =>
      definition === null
        ? null
        : rewriteView(definition, {
            table: pair.table,
            column: pair.old.name,
            replacement: () => `(CAST(NULL AS ${pair.newType}))`,
            alias: quoteIdent(pair.old.name),
          }),
    swapped.view.definition,
  );
  // Read in another way: Switch tells, and changes nothing if PostgreSQL refuses.
  if (rewritten === null) return [];
  return [
    {
      sql: [`SELECT FROM (${rewritten.replace(/;\s*$/, '')}) AS v WHERE false`],
      field: 'type',
      about: {
        what: `The view "${labelOf(swapped)}" would not work with the new type`,
        next: 'Rewrite the view first, so that it works with both types, or drop it and create it again afterwards.',
      },
    },
  ];
}

/**
 * Lets the plain views over columns that swap names follow them: dropped before the swap and made again after it, by the same
 * text, which then means the new columns. A view's output may so change its type, as the column does. Throws where something
 * would be lost.
 */
export function recreateViews(swapped: readonly SwappedColumn[]): RecreatedViews {
  const views = viewsOver(swapped);
  for (const view of views) requireRecreatable(view);
  return {
    drop: views.map(({ name, view }) => `DROP VIEW ${quoteName({ schema: view.schema, name })}`),
    create: views.flatMap(createAgain),
    locks: views.flatMap(({ name, view }) => exclusiveOn({ schema: view.schema, name })),
    trials: views.flatMap(trialOf),
    findings: views.map((view) => ({
      rule: 'view-made-again',
      severity: 'info',
      operation: view.columns[0]?.context.index ?? 0,
      message: `The view ${labelOf(view)} is dropped and made again in the swap's transaction, with its owner, rights, comments and options; a column of it may change its type too.`,
      fix: null,
    })),
  };
}
