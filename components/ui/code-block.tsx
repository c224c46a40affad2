'use client';

import { useState } from 'react';
import { Button } from './button';
import { classNames } from './class-names';
import type { CodeLanguage } from './code-tokens';
import { CopyButton } from './copy-button';
import { HighlightedCode } from './highlighted-code';

const FOLD_AT = 18;

/** Code with a caption and a copy button. Long lines wrap, long code folds: nothing scrolls inside the page. */
export function CodeBlock(props: {
  readonly code: string;
  readonly language: CodeLanguage;
  /** What "Copy …" names. */
  readonly what: string;
  readonly caption?: string;
}) {
  const lines = props.code.split('\n');
  const foldable = lines.length > FOLD_AT + 4;
  const [folded, setFolded] = useState(foldable);
  const shown = folded ? lines.slice(0, FOLD_AT).join('\n') : props.code;
  return (
    <figure className="min-w-0 overflow-hidden rounded-md border bg-canvas">
      <figcaption className="flex items-center justify-between gap-2 border-b py-0.5 pr-1 pl-3 text-sm text-ink-3">
        <span className="min-w-0 truncate">{props.caption ?? ''}</span>
        <CopyButton text={props.code} what={props.what} />
      </figcaption>
      <pre className={classNames('px-3 py-2.5 text-sm break-words whitespace-pre-wrap')}>
        <code>
          <HighlightedCode code={shown} language={props.language} />
        </code>
      </pre>
      {foldable ? (
        <div className="border-t px-1 py-0.5">
          <Button size="sm" variant="quiet" aria-expanded={!folded} onClick={() => setFolded(!folded)}>
            {folded ? `Show all ${lines.length} lines` : 'Show less'}
          </Button>
        </div>
      ) : null}
    </figure>
  );
}
