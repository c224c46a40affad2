'use client';

import { useEffect, useRef, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Textarea } from '@/components/ui/input';
import type { SourcePart } from './source-text';

/** How long typing rests before the file is read again, in ms. */
const REST = 250;

/** Edits some lines in their place. The file follows while one types; Cancel puts back what was there. */
export function PartEditor(props: {
  readonly part: SourcePart;
  readonly onChange: (part: string) => void;
  readonly onDone: () => void;
}) {
  const { part, onChange, onDone } = props;
  const [text, setText] = useState(part.part);
  const told = useRef(part.part);
  const tell = (value: string): void => {
    if (told.current === value) return;
    told.current = value;
    onChange(value);
  };
  const latest = useRef(tell);
  latest.current = tell;
  useEffect(() => {
    const timer = setTimeout(() => latest.current(text), REST);
    return () => clearTimeout(timer);
  }, [text]);
  // Whoever asked to edit wants to type now.
  const field = useRef<HTMLTextAreaElement | null>(null);
  useEffect(() => {
    const element = field.current;
    element?.focus({ preventScroll: true });
    element?.setSelectionRange(element.value.length, element.value.length);
  }, []);
  const done = (value: string): void => {
    tell(value);
    onDone();
  };
  const lines = text.split('\n').length;
  return (
    <div className="border-y border-accent bg-canvas p-2 font-sans">
      <Textarea
        ref={field}
        aria-label={`Lines ${part.from} to ${part.to}`}
        rows={Math.min(Math.max(lines + 1, 3), 24)}
        wrap="off"
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        className="font-mono text-sm"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') done(part.original);
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) done(text);
        }}
      />
      <div className="mt-2 flex flex-wrap items-center gap-2">
        <Button size="sm" variant="primary" onClick={() => done(text)}>
          Done
        </Button>
        <Button size="sm" variant="quiet" onClick={() => done(part.original)}>
          Cancel
        </Button>
        <span className="text-sm text-ink-3 max-sm:hidden">Ctrl Enter: done. Escape: as it was.</span>
      </div>
    </div>
  );
}
