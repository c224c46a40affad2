import { SegueError } from '@/lib/core/errors';
import { type Operation, tableOf } from '@/lib/core/operation';
import type { RelationName } from '@/lib/core/sql-text';
import { type Catalog, findTable } from './catalog';
import type { Arranged } from './compose/arranged';
import type { Compiled } from './compose/compile-all';
import { mayFollow } from './compose/may-follow';
import { refuseBeside } from './compose/refuse-beside';
import type { Touch } from './operation-definition';
import { type OperationPlan, relationLabel } from './plan-parts';
import { touchesOf } from './registry';

/** The table that an operation names; none for those that name no table. */
export const ownTable = (operation: Operation | undefined): RelationName[] => {
  const table = operation === undefined ? null : tableOf(operation);
  return table === null ? [] : [table];
};

/** No two operations of a transition may change the same part, unless the later one takes up what the earlier leaves. */
export function refuseOverlaps(arranged: readonly Arranged[]): void {
  const seen: { readonly by: Arranged; readonly touch: Touch; readonly label: string }[] = [];
  for (const each of arranged) {
    const { operation, index } = each;
    refuseBeside(each, arranged, touchesOf);
    for (const touch of touchesOf(operation)) {
      const label = relationLabel(touch.relation);
      const other = seen.find(
        (known) =>
          known.by.index !== index &&
          known.label === label &&
          (known.touch.changes || touch.changes) &&
          (known.touch.part === null || touch.part === null || known.touch.part === touch.part) &&
          !(known.by.replaces === true && each.replaces === true) &&
          !mayFollow(known.by.operation, operation, touch.part ?? known.touch.part),
      );
      if (other !== undefined) {
        const part = touch.part ?? other.touch.part;
        const object = part === null ? label : `${label}.${part.slice(part.indexOf(' ') + 1)}`;
        const [first, second] = [other.by.index, index].sort((a, b) => a - b);
        throw new SegueError(
          'invalid_input',
          `Operations ${(first ?? 0) + 1} and ${(second ?? 0) + 1} both change "${object}".`,
          { object, next: 'Put them into two transitions, one after the other.' },
        );
      }
      seen.push({ by: each, touch, label });
    }
  }
}

/** A table that is renamed or dropped as a whole cannot be the foreign-key partner of another operation's table. */
export function refusePartners(compiled: readonly Compiled[], catalog: Catalog): void {
  for (const { operation, index, early } of compiled) {
    if (operation.kind === 'create_table' || early !== undefined) continue;
    const whole = touchesOf(operation).flatMap(({ part, relation }) => (part === null ? [relation] : []));
    for (const relation of whole) {
      const label = relationLabel(relation);
      const other = compiled.find(
        (each) =>
          each.index !== index &&
          partnersOf(each.plan, each.operation, catalog).some((partner) => relationLabel(partner) === label),
      );
      if (other !== undefined)
        throw new SegueError(
          'invalid_input',
          `Operation ${index + 1} changes "${label}" as a whole, and operation ${other.index + 1} has a foreign key to or from it.`,
          { object: label, next: 'Put them into two transitions, one after the other.' },
        );
    }
  }
}

/** Relations that an operation's locks reach through foreign keys. */
export function partnersOf(
  plan: OperationPlan,
  operation: Operation | undefined,
  catalog: Catalog,
): RelationName[] {
  const tables = (plan.changes ?? ownTable(operation)).flatMap(
    (relation) => findTable(catalog, relation) ?? [],
  );
  return [
    ...(plan.partners ?? []),
    ...tables.flatMap((table) => [
      ...table.foreignKeys.map((key) => key.references),
      ...table.inboundForeignKeys.map((key) => key.table),
    ]),
  ];
}

/** At every position some version of the code must be allowed to run. */
export function refuseGap(compiled: readonly Compiled[], newCodeFrom: number, oldCodeUntil: number): void {
  if (newCodeFrom <= oldCodeUntil) return;
  // One operation whose hand-over is a single moment inside a phase: before it old code runs, after it new code.
  const handsOver = compiled.some(
    ({ plan }) => plan.newCodeAfter !== null && plan.newCodeAfter === plan.oldCodeBefore,
  );
  if (handsOver && newCodeFrom === oldCodeUntil + 1) return;
  const late = compiled.find(({ plan }) => plan.newCodeAfter !== null)?.index ?? 0;
  const early = compiled.find(({ plan }) => plan.oldCodeBefore !== null)?.index ?? 0;
  throw new SegueError(
    'invalid_input',
    `Operations ${late + 1} and ${early + 1} cannot go together: old code would have to be gone before new code may run.`,
    {
      next: 'Put them into two transitions, one after the other.',
      evidence: { operation: early },
    },
  );
}
