import { TransitionRow } from '@/components/home/transition-row';
import type { TransitionListItem } from '@/lib/views/transition-view';

/** The transitions of one database. */
export function DatabaseTransitions({
  transitions,
}: {
  readonly transitions: readonly TransitionListItem[];
}) {
  return (
    <section aria-labelledby="database-transitions-title">
      <h2 id="database-transitions-title" className="mb-2 font-semibold">
        Transitions
      </h2>
      {transitions.length === 0 ? (
        <p className="text-ink-2">None yet. Nothing of Segue is in this database.</p>
      ) : (
        <ul className="rounded-lg border bg-surface">
          {transitions.map((item) => (
            <TransitionRow key={item.id} item={item} />
          ))}
        </ul>
      )}
    </section>
  );
}
