import Link from 'next/link';
import { Card } from '@/components/ui/card';
import type { DatabaseObject } from '@/lib/views/transition-view';

/** What Segue has in a database now, by the transition that put it there. */
export function DatabaseObjects(props: {
  readonly holders: readonly {
    readonly id: string;
    readonly name: string;
    readonly objects: readonly DatabaseObject[];
  }[];
}) {
  const holders = props.holders.filter((holder) => holder.objects.length > 0);
  return (
    <Card id="objects" title="Segue in this database">
      {holders.length === 0 ? (
        <p className="text-ink-2">
          No column, trigger, function or index of Segue is in your tables. Its own records lie in the schema
          segue.
        </p>
      ) : (
        <ul className="space-y-4">
          {holders.map((holder) => (
            <li key={holder.id}>
              <Link href={`/transitions/${holder.id}`} className="font-medium text-accent hover:underline">
                {holder.name}
              </Link>
              <ul className="mt-1 space-y-1">
                {holder.objects.map((object) => (
                  <li
                    key={`${object.kind}:${object.name}`}
                    className="flex flex-wrap items-baseline gap-x-2 text-sm"
                  >
                    <span className="text-ink-3">{object.kind}</span>
                    <code className="break-all">{object.name}</code>
                    <span className="text-ink-2">{object.note}</span>
                  </li>
                ))}
              </ul>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
