import type { Step } from '@/lib/core/plan';
import { quoteIdent } from '@/lib/core/sql-text';
import type { ColumnGrant } from '../catalog';
import { differs } from '../compare';
import { nameOfRetired } from '../names';
import { inheritedAttributes } from '../pair/inherited-attributes';
import { alterTable, exclusiveOn, makeStep, type OperationContext } from '../plan-parts';
import { type Recast, recastValue } from '../sync/recast';

/** Who has a right on every old column has it on each new one: a right on one of two is none on both together. */
export function inheritedGrants(recast: Recast): ColumnGrant[] {
  const [first, ...others] = recast.olds.map(({ column }) => column.grants);
  return (first ?? []).flatMap((grant) => {
    const same = others.map((grants) =>
      grants.find((other) => other.grantee === grant.grantee && other.privilege === grant.privilege),
    );
    if (same.includes(undefined)) return [];
    return [{ ...grant, grantable: grant.grantable && same.every((other) => other?.grantable === true) }];
  });
}

/** What the new columns have from the old ones: grants, and what their comments say. */
function inherited(recast: Recast) {
  const comments = new Set(recast.olds.flatMap(({ column }) => column.comment ?? []));
  return {
    grants: inheritedGrants(recast),
    comment: comments.size === 0 ? null : [...comments].join('; '),
    statistics: null,
    options: [],
  };
}

/** The bare new columns; taken out of use before they are dropped. */
export function addSteps(context: OperationContext, recast: Recast): Step[] {
  const { table } = context;
  return recast.news.map((column) => {
    const name = quoteIdent(column.name);
    const retiredName = nameOfRetired(recast.tag, `${column.name}_new`);
    const retired = quoteIdent(retiredName);
    const rename = (from: string, to: string) => `${alterTable(table)} RENAME COLUMN ${from} TO ${to}`;
    return makeStep(context, {
      slug: `add_column.${column.name}`,
      phase: 'expand',
      title: `Add the column ${column.name} to ${table.name}`,
      sql: [
        `${alterTable(table)} ADD COLUMN ${name} ${column.type}`,
        ...inheritedAttributes(table, inherited(recast), column.name),
      ],
      undo: [rename(name, retired), `${alterTable(table)} DROP COLUMN ${retired}`],
      locks: exclusiveOn(table),
      extra: {
        keep: {
          table: recast.table,
          column: column.name,
          retiredName,
          holdsValues: `t.${retired} IS NOT NULL AND (${differs(column.comparable, `t.${retired}`, recastValue(column, 't'))})`,
          retire: [rename(name, retired)],
          bringBack: [rename(retired, name)],
          drop: [`${alterTable(table)} DROP COLUMN ${retired}`],
        },
      },
    });
  });
}
