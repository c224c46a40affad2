import { type TransitionFile, toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import type { Catalog } from '@/lib/planner/catalog';
import { arrange } from '@/lib/planner/compose/arrange';
import { sampleCatalog } from './sample-catalog';

type Operations = TransitionFile['operations'];

/** What becomes of operations: kind, place, and what the case is about. */
export const arranged = (...operations: Operations) => arrangedIn(sampleCatalog(), ...operations);

/** The same, where this is the schema. */
export function arrangedIn(catalog: Catalog, ...operations: Operations) {
  const spec = toTransitionSpec(transitionFileSchema.parse({ name: 'x', operations }));
  return arrange(spec.operations, 'tag', catalog).map(({ operation, index, ...rest }) => {
    const { kind, ...body } = operation;
    return { [kind]: body, index, ...rest };
  });
}
