import type { Step } from '@/lib/core/plan';
import { quoteIdent } from '@/lib/core/sql-text';
import { rewriteView } from '@/lib/sql/rewrite-view';
import type { ColumnDependent, ViewInfo } from '../catalog';
import {
  exclusiveOn,
  makeStep,
  type OperationContext,
  type RewrittenView,
  relationLabel,
} from '../plan-parts';
import { refuse } from '../refuse';
import type { Pair } from '../sync/pair';
import { makeView } from './make-view';

/** The old value from the new one, of exactly the old type: the output of a view cannot change its type. */
function oldValue(pair: Pair, fresh: string): string {
  return pair.converts ? `(CAST(${pair.down.apply(fresh)} AS ${pair.old.type}))` : fresh;
}

interface FollowedViews {
  readonly steps: readonly Step[];
  readonly views: readonly RewrittenView[];
}

function follow(
  context: OperationContext,
  pair: Pair,
  dependent: ColumnDependent,
  view: ViewInfo,
): FollowedViews {
  const label = relationLabel({ schema: view.schema, name: dependent.name });
  const column = `${relationLabel(context.table)}.${pair.old.name}`;
  if (!view.owned)
    refuse(
      `The view "${label}" reads "${column}" and belongs to another role, so it cannot follow.`,
      column,
      `Let this role own "${label}", or be a member of the role that does.`,
    );
  const rewritten = rewriteView(view.definition, {
    table: pair.table,
    column: pair.old.name,
    replacement: (qualifier) => oldValue(pair, `${qualifier}${quoteIdent(pair.newName)}`),
    alias: quoteIdent(pair.old.name),
  });
  if (rewritten === null)
    return refuse(
      `The view "${label}" reads whole rows of the table or joins by "${column}", and cannot follow it to another column.`,
      column,
      `Name the columns in "${label}", or drop it first and create it again afterwards.`,
    );
  const step = makeStep(context, {
    slug: `view.${label}`,
    phase: 'contract',
    title: `Let the view ${dependent.name} read ${pair.newName}`,
    sql: [makeView('CREATE OR REPLACE', dependent.name, view, rewritten)],
    undo: [makeView('CREATE OR REPLACE', dependent.name, view, view.definition)],
    locks: exclusiveOn({ schema: view.schema, name: dependent.name }),
  });
  return { steps: [step], views: [{ schema: view.schema, name: dependent.name, definition: rewritten }] };
}

/**
 * Lets the plain views over the old column read the new one, before the old one retires: same output, so code that uses the
 * view sees no change, and grants, comments and what depends on the view stay. Throws where a view cannot be rewritten with
 * certainty.
 */
export function followViews(context: OperationContext, pair: Pair): FollowedViews {
  const followed = context.table.dependents.flatMap((dependent) =>
    dependent.column === pair.old.name && dependent.view != null
      ? [follow(context, pair, dependent, dependent.view)]
      : [],
  );
  return {
    steps: followed.flatMap((one) => one.steps),
    views: followed.flatMap((one) => one.views),
  };
}
