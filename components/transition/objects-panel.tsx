import { Card } from '@/components/ui/card';
import type { DatabaseObject } from '@/lib/views/transition-view';

/** What Segue has put into the database and not yet taken out. */
export function ObjectsPanel({
  objects,
  canReturn,
}: {
  /** null: not known, since the database cannot be asked. */
  readonly objects: readonly DatabaseObject[] | null;
  readonly canReturn: boolean;
}) {
  return (
    <Card id="objects" title="In your database now">
      {objects === null ? (
        <p className="text-ink-2">Not known: see the top of the page.</p>
      ) : objects.length === 0 ? (
        <p className="text-ink-2">No trigger, function, proof or retired column of this transition.</p>
      ) : (
        <ul className="space-y-2.5">
          {objects.map((object) => (
            <li key={`${object.kind}:${object.name}`}>
              <p className="flex flex-wrap items-baseline gap-x-2">
                <span className="text-sm text-ink-3">{object.kind}</span>
                <code className="min-w-0 text-sm break-all">{object.name}</code>
              </p>
              <p className="text-sm text-ink-2">{object.note}</p>
            </li>
          ))}
        </ul>
      )}
      {objects !== null && objects.length > 0 && canReturn ? (
        <p className="mt-3 border-t pt-3 text-sm text-ink-2">
          Rolling back to the start takes all of it out again, whatever holds no value of its own.
        </p>
      ) : null}
    </Card>
  );
}
