'use client';

import { type ReactNode, useMemo, useRef, useState } from 'react';
import { holdsOperations } from '@/lib/core/migration-text';
import type { Plan } from '@/lib/core/plan';
import type { MigrationStatements, MigrationView } from '@/lib/views/migration-view';
import { FileBar } from './file-bar';
import type { SheetQuestions } from './line-notes';
import { phaseLinks, statementsInPhase } from './phase-links';
import { PlannedPhases } from './planned-phases';
import { linesToEdit, sheetLayout } from './sheet-layout';
import { type SheetEditing, type SheetHandle, SourceSheet } from './source-sheet';

/** A reading; on a page that only shows a file nothing is asked or refused any more. */
type SheetView = MigrationStatements & Partial<Pick<MigrationView, 'questions' | 'answerErrors' | 'refusal'>>;

const NOTHING: SheetView = {
  statements: [],
  findings: [],
  rules: {},
  assumptions: [],
  operations: [],
};

interface MigrationSheetProps {
  readonly fileName: string;
  readonly lines: readonly string[];
  /** null: not read yet. */
  readonly view: SheetView | null;
  readonly plan: Plan | null;
  readonly selected: number;
  readonly onSelect: (phase: number) => void;
  readonly pending?: boolean;
  readonly onAnswer?: (id: string, answer: string | null) => void;
  /** Editing by lines; `all` where the whole file may be edited at once. */
  readonly editing?: {
    readonly part: SheetEditing['part'];
    readonly all: boolean;
    readonly onEdit: (from: number, to: number) => void;
    readonly onChange: (part: string) => void;
    readonly onDone: () => void;
  };
  readonly onRemove?: () => void;
  /** Above the phases: why there are none, what is open. */
  readonly aside: ReactNode;
}

/** A raw migration file beside the phases that it becomes: what a person looks at on one side is marked on the other. */
export function MigrationSheet(props: MigrationSheetProps) {
  const { lines, plan, editing, onAnswer } = props;
  const view = props.view ?? NOTHING;
  const layout = useMemo(() => sheetLayout(lines.length, view), [lines.length, view]);
  const links = useMemo(() => phaseLinks(view.statements, plan), [view, plan]);
  const sheet = useRef<SheetHandle | null>(null);
  const phases = useRef<HTMLElement | null>(null);
  const [look, setLook] = useState<{ statement?: number; phase?: number } | null>(null);
  const [pinned, setPinned] = useState<number | null>(null);
  const [at, setAt] = useState(0);
  const statement = look?.statement ?? (look === null ? (pinned ?? undefined) : undefined);
  const litStatements = useMemo(() => {
    if (look?.phase !== undefined) return new Set(statementsInPhase(links, look.phase));
    if (statement === undefined) return new Set<number>();
    const fate = view.statements[statement]?.fate;
    // Statements that became one operation belong together.
    const together =
      fate?.kind === 'operation'
        ? fate.operations.flatMap((index) => links.statementsOf.get(index) ?? [])
        : [];
    return new Set([statement, ...together]);
  }, [look, statement, links, view]);
  const fate = statement === undefined ? undefined : view.statements[statement]?.fate;
  const litOperations = new Set(fate?.kind === 'operation' ? fate.operations : []);

  const lookAt = (index: number | null): void =>
    setLook((now) => (now?.statement === index ? now : index === null ? null : { statement: index }));

  const next = (what: 'finding' | 'question'): void => {
    const found =
      what === 'question'
        ? (view.questions ?? []).filter(({ answer }) => answer === null).map(({ line }) => line)
        : view.findings.filter(({ severity }) => severity !== 'info').map(({ line }) => line);
    // A control stands below the last line of its statement.
    const ends = found.map((line) => {
      const owner = layout.owner[Math.min(line, lines.length)] ?? -1;
      return Math.min(view.statements[owner]?.endLine ?? line, lines.length);
    });
    const sorted = [...new Set(ends)].sort((a, b) => a - b);
    const line = sorted.find((each) => each > at) ?? sorted[0];
    if (line === undefined) return;
    setAt(line);
    sheet.current?.goTo(line);
  };

  const questions: SheetQuestions | null =
    onAnswer === undefined ? null : { list: view.questions ?? [], errors: view.answerErrors ?? {}, onAnswer };
  const { refusal } = view;
  return (
    <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_300px] lg:items-start xl:grid-cols-[minmax(0,1fr)_340px]">
      <div className="relative min-w-0 rounded-lg border bg-surface">
        <FileBar
          fileName={props.fileName}
          lineCount={lines.length}
          view={props.view}
          pending={props.pending}
          onNext={next}
          onEdit={editing?.all && editing.part === null ? () => editing.onEdit(1, lines.length) : null}
          onRemove={props.onRemove}
        />
        <button
          type="button"
          onClick={() => phases.current?.focus()}
          className="sr-only rounded-md bg-accent text-sm font-medium text-on-accent focus-visible:not-sr-only focus-visible:absolute focus-visible:z-10 focus-visible:m-2 focus-visible:px-3 focus-visible:py-1.5"
        >
          Skip the file’s lines
        </button>
        <SourceSheet
          ref={sheet}
          language={holdsOperations(props.fileName, lines.slice(0, 5).join('\n')) ? 'yaml' : 'sql'}
          lines={lines}
          view={view}
          layout={layout}
          links={links}
          plan={plan}
          questions={questions}
          refusal={
            refusal == null || refusal.operation === null
              ? null
              : { ...refusal, statements: links.statementsOf.get(refusal.operation) ?? [] }
          }
          editing={
            editing === undefined
              ? null
              : {
                  ...editing,
                  onEdit: (index) => {
                    const { from, to } = linesToEdit(layout, view.statements, index);
                    editing.onEdit(from, to);
                  },
                }
          }
          lit={litStatements}
          pinned={pinned}
          onPin={(index) => setPinned((now) => (now === index ? null : index))}
          onLook={lookAt}
        />
      </div>
      <section
        ref={phases}
        tabIndex={-1}
        aria-label="Plan preview"
        aria-busy={props.pending}
        className="min-w-0 space-y-3 outline-none lg:sticky lg:top-4"
      >
        {props.aside}
        {plan === null ? null : (
          <PlannedPhases
            plan={plan}
            view={view}
            links={links}
            selected={props.selected}
            lit={litOperations}
            onSelect={props.onSelect}
            onLook={(phase) => setLook(phase === null ? null : { phase })}
          />
        )}
      </section>
    </div>
  );
}
