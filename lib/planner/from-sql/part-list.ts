import type { Operation } from '@/lib/core/operation';
import type { RelationName } from '@/lib/core/sql-text';
import { labelOf } from '../memory-catalog/memory';
import type { Part } from './part';

type Kind = Operation['kind'];
/** An operation of one kind. */
export type OfKind<K extends Kind> = Extract<Operation, { readonly kind: K }>;
type OperationPart = Extract<Part, { readonly kind: 'operation' }>;

/** A text as a pattern for exactly itself. */
export const plainText = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

export const isOn = (operation: Operation, table: RelationName): boolean =>
  'table' in operation && labelOf(operation.table) === labelOf(table);

const isKind = <K extends Kind>(operation: Operation, kind: K): operation is OfKind<K> =>
  operation.kind === kind;

/** The operation of a part, if it is of this kind. */
export function operationOf<K extends Kind>(part: Part | undefined, kind: K): OfKind<K> | null {
  return part?.kind === 'operation' && isKind(part.operation, kind) ? part.operation : null;
}

/** The first part after a place whose operation is of this kind and fits; -1: none. */
export function findNext<K extends Kind>(
  parts: readonly Part[],
  from: number,
  kind: K,
  fits: (operation: OfKind<K>) => boolean,
): number {
  return parts.findIndex((part, index) => {
    const operation = index > from ? operationOf(part, kind) : null;
    return operation !== null && fits(operation);
  });
}

/** Two parts as one, at the place of the first. */
export function join(
  parts: readonly Part[],
  first: number,
  second: number,
  made: Partial<Pick<OperationPart, 'operation' | 'needs'>>,
): Part[] {
  const a = parts[first];
  const b = parts[second];
  if (a?.kind !== 'operation' || b === undefined) return [...parts];
  const statements = [...new Set([...a.statements, ...b.statements])];
  return parts.flatMap((part, index) =>
    index === first ? [{ ...a, ...made, statements }] : index === second ? [] : [part],
  );
}

/** True where nothing between two parts names the column of the table. */
export function undisturbed(
  parts: readonly Part[],
  first: number,
  second: number,
  table: RelationName,
  column: string,
): boolean {
  const named = new RegExp(`(?<!\\w)${plainText(column)}(?!\\w)`);
  return parts
    .slice(first + 1, second)
    .every(
      (part) =>
        part.kind !== 'operation' ||
        !isOn(part.operation, table) ||
        !named.test(JSON.stringify(part.operation)),
    );
}
