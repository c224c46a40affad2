'use client';

import { type Ref, useCallback, useImperativeHandle, useMemo, useRef } from 'react';
import type { CodeLanguage } from '@/components/ui/code-tokens';
import { counted } from '@/components/ui/number-words';
import type { Plan } from '@/lib/core/plan';
import type { MigrationStatements } from '@/lib/views/migration-view';
import { LineNotes, type SheetQuestions } from './line-notes';
import { PartEditor } from './part-editor';
import type { PhaseLinks } from './phase-links';
import type { SheetLayout } from './sheet-layout';
import { SourceLine } from './source-line';
import type { SourcePart } from './source-text';
import { useLineWindow } from './use-line-window';

/** What others may ask of the sheet. */
export interface SheetHandle {
  /** Brings a line into sight and the first control below or on it into focus. */
  readonly goTo: (line: number) => void;
}

/** Editing of a part of the file. */
export interface SheetEditing {
  readonly part: SourcePart | null;
  readonly onEdit: (statement: number) => void;
  readonly onChange: (part: string) => void;
  readonly onDone: () => void;
}

interface SourceSheetProps {
  readonly ref?: Ref<SheetHandle>;
  readonly lines: readonly string[];
  readonly language: CodeLanguage;
  readonly view: MigrationStatements;
  readonly layout: SheetLayout;
  readonly links: PhaseLinks;
  readonly plan: Plan | null;
  readonly questions: SheetQuestions | null;
  /** Why the plan was refused, at the statements that it is about. */
  readonly refusal: {
    readonly message: string;
    readonly next: string | null;
    readonly statements: readonly number[];
  } | null;
  readonly editing: SheetEditing | null;
  readonly lit: ReadonlySet<number>;
  readonly pinned: number | null;
  readonly onPin: (statement: number) => void;
  readonly onLook: (statement: number | null) => void;
}

const LINE = 20;
const NOTE = 76;
/** Characters in a row, where nothing was measured yet. */
const ROW = 80;
const FRAMES = 12;

/** The file, line by line, with what is said and asked beneath them. Only what can be seen is drawn. */
export function SourceSheet(props: SourceSheetProps) {
  const { lines, layout, view, editing } = props;
  const scroller = useRef<HTMLElement | null>(null);
  const part = editing?.part ?? null;
  const from = part?.from ?? 0;
  const to = part?.to ?? 0;
  const estimate = useCallback(
    (index: number) => {
      const line = index + 1;
      if (line > from && line <= to) return 0;
      const notes = (layout.ends.get(line) ?? []).reduce(
        (sum, statement) => sum + (layout.findingsOf.get(statement)?.length ?? 0),
        layout.loose.get(line)?.length ?? 0,
      );
      const rows = Math.max(1, Math.ceil(Math.min((lines[index] ?? '').length, 2000) / ROW));
      return rows * LINE + notes * NOTE;
    },
    [lines, layout, from, to],
  );
  const window = useLineWindow(scroller, lines.length, estimate);
  const { scrollTo } = window;

  useImperativeHandle(
    props.ref,
    () => ({
      goTo: (line) => {
        scrollTo(line - 1);
        const focus = (frames: number): void => {
          const row = scroller.current?.querySelector(`[data-index="${line - 1}"]`);
          const control = row?.querySelector<HTMLElement>('fieldset :is(input,textarea,button), button');
          if (control) control.focus({ preventScroll: true });
          else if (frames > 0) requestAnimationFrame(() => focus(frames - 1));
        };
        requestAnimationFrame(() => focus(FRAMES));
      },
    }),
    [scrollTo],
  );

  /** Lines below which something stands. */
  const annotated = useMemo(() => [...new Set([...layout.ends.keys(), ...layout.loose.keys()])], [layout]);
  const refused = new Set(
    props.refusal?.statements.slice(0, 1).map((statement) => view.statements[statement]?.endLine ?? 0),
  );
  const drawn = Array.from({ length: window.end - window.first }, (_, at) => window.first + at);
  return (
    <section
      ref={scroller}
      aria-label={`Migration file, ${counted(lines.length, 'line')}`}
      onPointerLeave={() => props.onLook(null)}
      className="max-h-[min(72dvh,880px)] min-h-40 overflow-y-auto rounded-b-lg border-t bg-canvas py-2 [overflow-anchor:none]"
    >
      <div style={{ height: window.above }} />
      {drawn.map((index) => {
        const line = index + 1;
        const inside = line >= from && line <= to;
        if (inside && line !== from) return null;
        const told = inside ? annotated.filter((at) => at >= from && at <= to) : [line];
        return (
          <div key={index} data-index={index} ref={window.measure}>
            {inside && part !== null && editing !== null ? (
              <PartEditor part={part} onChange={editing.onChange} onDone={editing.onDone} />
            ) : (
              <SourceLine
                line={line}
                text={lines[index] ?? ''}
                language={props.language}
                view={view}
                layout={layout}
                links={props.links}
                plan={props.plan}
                lit={props.lit.has(layout.owner[line] ?? -1)}
                pinned={props.pinned}
                onPin={props.onPin}
                onLook={props.onLook}
                onEdit={editing === null || part !== null ? null : editing.onEdit}
              />
            )}
            {told.map((at) => (
              <LineNotes
                key={at}
                line={at}
                view={view}
                layout={layout}
                questions={props.questions}
                refusal={refused.has(at) ? props.refusal : null}
              />
            ))}
          </div>
        );
      })}
      <div style={{ height: window.below }} />
    </section>
  );
}
