import { Pencil } from 'lucide-react';
import { classNames } from '@/components/ui/class-names';
import type { CodeLanguage } from '@/components/ui/code-tokens';
import { HighlightedCode } from '@/components/ui/highlighted-code';
import type { Plan } from '@/lib/core/plan';
import type { MigrationStatements } from '@/lib/views/migration-view';
import { FateMark } from './fate-mark';
import type { PhaseLinks } from './phase-links';
import type { SheetLayout } from './sheet-layout';

/** A line longer than this is cut: a dump may hold megabytes in one. */
const MAX_SHOWN = 2000;

interface SourceLineProps {
  readonly line: number;
  readonly text: string;
  readonly language: CodeLanguage;
  readonly view: MigrationStatements;
  readonly layout: SheetLayout;
  readonly links: PhaseLinks;
  readonly plan: Plan | null;
  /** Its statement is what a person looks at, or happens in the phase that they look at. */
  readonly lit: boolean;
  /** The statement that was pressed. */
  readonly pinned: number | null;
  readonly onPin: (statement: number) => void;
  readonly onLook: (statement: number | null) => void;
  /** null: it cannot be edited here. */
  readonly onEdit: ((statement: number) => void) | null;
}

const MARKS = { error: 'bg-failed', warning: 'bg-waiting', info: 'bg-running' } as const;

/** One line of the file with its number, a mark for what its statement would do, and, where it is the first one, what became of it. */
export function SourceLine(props: SourceLineProps) {
  const { line, text, view, layout } = props;
  const owner = layout.owner[line] ?? -1;
  const gravest = layout.findingsOf.get(owner)?.[0]?.severity;
  const fate = view.statements[owner]?.fate.kind;
  const mark =
    fate === 'refused' ? MARKS.error : fate === 'asks' ? MARKS.warning : gravest ? MARKS[gravest] : '';
  const carets = layout.carets.get(line) ?? [];
  const rest = text.length - MAX_SHOWN;
  return (
    // What the pointer marks, the button at its end marks for the keyboard.
    <div
      className={classNames('group flex items-stretch font-mono text-sm', props.lit && 'bg-accent-soft')}
      onPointerEnter={() => props.onLook(owner === -1 ? null : owner)}
    >
      <span aria-hidden className="w-8 shrink-0 pr-2 text-right text-ink-3 select-none tabular sm:w-11">
        {line}
      </span>
      <span aria-hidden className={classNames('w-[3px] shrink-0', mark)} />
      <div className="flex min-w-0 flex-1 flex-wrap items-start justify-end gap-x-2 pr-2 pl-2">
        <pre className="min-w-[min(100%,16rem)] flex-1 break-words whitespace-pre-wrap">
          <HighlightedCode code={rest > 0 ? text.slice(0, MAX_SHOWN) : text} language={props.language} />
          {text === '' ? ' ' : null}
          {rest > 0 ? (
            <span className="text-ink-3">… and {rest.toLocaleString('en-US')} characters more</span>
          ) : null}
          {carets.map((column) => (
            <span key={column} aria-hidden className="block font-semibold text-failed">
              {`${text.slice(0, column - 1).replaceAll(/[^\t]/g, ' ')}^`}
            </span>
          ))}
        </pre>
        {(layout.begins.get(line) ?? []).map((index) => {
          const statement = view.statements[index];
          return statement === undefined ? null : (
            <span key={index} className="flex shrink-0 items-center">
              {props.onEdit === null ? null : (
                <button
                  type="button"
                  aria-label={`Edit the statement on line ${statement.line}`}
                  onClick={() => props.onEdit?.(index)}
                  onFocus={() => props.onLook(index)}
                  className="inline-flex size-5 items-center justify-center rounded-sm text-ink-3 opacity-0 group-hover:opacity-100 hover:bg-sunken hover:text-ink focus-visible:opacity-100"
                >
                  <Pencil aria-hidden size={12} />
                </button>
              )}
              <FateMark
                statement={statement}
                phases={props.links.phasesOf[index] ?? []}
                plan={props.plan}
                pressed={props.pinned === index}
                onPress={() => props.onPin(index)}
                onFocus={() => props.onLook(index)}
              />
            </span>
          );
        })}
      </div>
    </div>
  );
}
