import { SegueError } from '@/lib/core/errors';
import { type Operation, tableOf } from '@/lib/core/operation';
import type { RelationName } from '@/lib/core/sql-text';
import { type Catalog, findTable } from './catalog';
import { mayFollow } from './compose/may-follow';
import type { Touch } from './operation-definition';
import { type OperationPlan, relationLabel } from './plan-parts';
import { touchesOf } from './registry';

/** The table that an operation names; none for those that name no table. */
export const ownTable = (operation: Operation | undefined): RelationName[] => {
  const table = operation === undefined ? null : tableOf(operation);
  return table === null ? [] : [table];
};

/** No two operations of a transition may change the same part. */
export function refuseOverlaps(operations: readonly Operation[]): void {
  const unknown = operations.filter((each) => each.kind === 'free_sql' && each.tables === undefined);
  if (unknown.length > 0 && operations.some(({ kind }) => kind !== 'free_sql'))
    throw new SegueError('invalid_input', 'free_sql cannot go together with other operations.', {
      object: 'free_sql',
      next: 'Say with tables which tables it concerns ([] for none), or put it into a transition of its own.',
    });
  const seen: (Touch & {
    readonly index: number;
    readonly label: string;
    readonly operation: Operation;
  })[] = [];
  operations.forEach((operation, index) => {
    for (const touch of touchesOf(operation)) {
      const label = relationLabel(touch.relation);
      const other = seen.find(
        (known) =>
          known.index !== index &&
          known.label === label &&
          (known.changes || touch.changes) &&
          (known.part === null || touch.part === null || known.part === touch.part) &&
          !mayFollow(known.operation, operation),
      );
      if (other !== undefined) {
        const part = touch.part ?? other.part;
        const object = part === null ? label : `${label}.${part.slice(part.indexOf(' ') + 1)}`;
        throw new SegueError(
          'invalid_input',
          `Operations ${other.index + 1} and ${index + 1} both change "${object}".`,
          { object, next: 'Put them into two transitions, one after the other.' },
        );
      }
      seen.push({ ...touch, index, label, operation });
    }
  });
}

/** A table that is renamed, made or dropped as a whole cannot be the foreign-key partner of another operation's table. */
export function refusePartners(
  operations: readonly Operation[],
  compiled: readonly OperationPlan[],
  catalog: Catalog,
): void {
  operations.forEach((operation, index) => {
    const whole = touchesOf(operation).flatMap(({ part, relation }) => (part === null ? [relation] : []));
    for (const relation of whole) {
      const label = relationLabel(relation);
      const other = compiled.findIndex(
        (plan, at) =>
          at !== index &&
          partnersOf(plan, operations[at], catalog).some((partner) => relationLabel(partner) === label),
      );
      if (other >= 0)
        throw new SegueError(
          'invalid_input',
          `Operation ${index + 1} changes "${label}" as a whole, and operation ${other + 1} has a foreign key to or from it.`,
          { object: label, next: 'Put them into two transitions, one after the other.' },
        );
    }
  });
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
export function refuseGap(
  compiled: readonly OperationPlan[],
  newCodeFrom: number,
  oldCodeUntil: number,
): void {
  if (newCodeFrom <= oldCodeUntil) return;
  // One operation whose hand-over is a single moment inside a phase: before it old code runs, after it new code.
  const handsOver = compiled.some(
    (plan) => plan.newCodeAfter !== null && plan.newCodeAfter === plan.oldCodeBefore,
  );
  if (handsOver && newCodeFrom === oldCodeUntil + 1) return;
  const late = compiled.findIndex((plan) => plan.newCodeAfter !== null);
  const early = compiled.findIndex((plan) => plan.oldCodeBefore !== null);
  throw new SegueError(
    'invalid_input',
    `Operations ${late + 1} and ${early + 1} cannot go together: old code would have to be gone before new code may run.`,
    {
      next: 'Put them into two transitions, one after the other.',
      evidence: { operation: early },
    },
  );
}
