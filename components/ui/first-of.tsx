'use client';

import { type ReactNode, useState } from 'react';
import { Button } from './button';
import { count } from './number-words';

const FIRST = 60;
const MORE = 240;
/** So few more are shown at once. */
const SLACK = 10;

/** The first items of a list, the next ones on demand: thousands at once would freeze the page. To stand within `<ul>` or `<ol>`. */
export function FirstOf<T>(props: {
  readonly items: readonly T[];
  /** "steps" */
  readonly what: string;
  readonly children: (item: T, index: number) => ReactNode;
}) {
  const { items, what } = props;
  const [limit, setLimit] = useState(FIRST);
  const shown = items.length <= limit + SLACK ? items : items.slice(0, limit);
  const rest = items.length - shown.length;
  return (
    <>
      {shown.map(props.children)}
      {rest === 0 ? null : (
        <li className="flex flex-wrap items-center gap-x-3 gap-y-1 p-3">
          <Button size="sm" onClick={() => setLimit(limit + MORE)}>
            Show the next {count(Math.min(MORE, rest))}
          </Button>
          <span className="text-sm text-ink-3 tabular">
            {count(shown.length)} of {count(items.length)} {what} are shown
          </span>
        </li>
      )}
    </>
  );
}
