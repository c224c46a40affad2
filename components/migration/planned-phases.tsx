import { TriangleAlert } from 'lucide-react';
import { useMemo } from 'react';
import { operationInWords } from '@/components/plan/operation-words';
import { classNames } from '@/components/ui/class-names';
import type { Plan } from '@/lib/core/plan';
import type { MigrationStatements } from '@/lib/views/migration-view';
import { type PhaseLinks, statementsInPhase } from './phase-links';

const SHOWN = 6;

/** "line 3", "lines 3, 7 and 12", "12 statements". */
function linesInWords(statements: readonly number[], view: MigrationStatements): string {
  const lines = [...new Set(statements.map((index) => view.statements[index]?.line ?? 0))];
  if (lines.length > SHOWN) return `${lines.length} statements`;
  const last = lines.at(-1) ?? 0;
  return lines.length === 1 ? `line ${last}` : `lines ${lines.slice(0, -1).join(', ')} and ${last}`;
}

/** The first few, those first that are looked at. */
function inSight(operations: readonly number[], lit: ReadonlySet<number>): readonly number[] {
  if (operations.length <= SHOWN) return operations;
  const first = operations.filter((index) => lit.has(index));
  const rest = operations.filter((index) => !lit.has(index));
  return [...first, ...rest].slice(0, SHOWN);
}

/** The phases beside the raw file: which operations each holds and which lines they came from. Looking at one marks its lines. */
export function PlannedPhases(props: {
  readonly plan: Plan;
  readonly view: MigrationStatements;
  readonly links: PhaseLinks;
  readonly selected: number;
  /** The operations of what a person looks at in the file. */
  readonly lit: ReadonlySet<number>;
  readonly onSelect: (phase: number) => void;
  readonly onLook: (phase: number | null) => void;
}) {
  const { plan, view, links, lit } = props;
  // What is looked at changes with each movement of the pointer; this does not.
  const lines = useMemo(
    () =>
      new Map(
        plan.phases.map(({ number }) => {
          const statements = statementsInPhase(links, number);
          return [
            number,
            statements.length === 0 ? '' : `From ${linesInWords(statements, view)} of the file.`,
          ];
        }),
      ),
    [plan, links, view],
  );
  return (
    <ol aria-label="Planned phases" className="space-y-2" onPointerLeave={() => props.onLook(null)}>
      {plan.phases.map((phase) => {
        const operations = links.operationsOf.get(phase.number) ?? [];
        return (
          <li key={phase.number}>
            <button
              type="button"
              aria-pressed={props.selected === phase.number}
              onClick={() => props.onSelect(phase.number)}
              onPointerEnter={() => props.onLook(phase.number)}
              onFocus={() => props.onLook(phase.number)}
              onBlur={() => props.onLook(null)}
              className={classNames(
                'w-full rounded-lg border bg-surface px-3 py-2.5 text-left transition-colors duration-150 hover:border-ink-3 aria-pressed:border-ink-3',
                operations.some((index) => lit.has(index)) &&
                  'border-accent bg-accent-soft aria-pressed:border-accent',
              )}
            >
              <span className="flex items-center justify-between gap-2 font-semibold">
                <span>
                  <span className="text-ink-3 tabular">{phase.number}</span> {phase.title}
                </span>
                {phase.kind === 'purge' ? (
                  <span className="inline-flex items-center gap-1 text-sm font-medium text-failed">
                    <TriangleAlert aria-hidden size={13} /> no way back
                  </span>
                ) : null}
              </span>
              {inSight(operations, lit).map((index) => {
                const operation = view.operations[index];
                const from = links.statementsOf.get(index) ?? [];
                return operation === undefined ? null : (
                  <span
                    key={index}
                    className={classNames(
                      'mt-1 block text-sm break-words',
                      lit.has(index) ? 'font-medium text-accent-strong' : 'text-ink-2',
                    )}
                  >
                    {operationInWords(operation)}
                    {from.length === 0 ? null : (
                      <span className="text-ink-3"> ({linesInWords(from, view)})</span>
                    )}
                  </span>
                );
              })}
              {operations.length > SHOWN ? (
                <span className="mt-1 block text-sm text-ink-3">
                  and {operations.length - SHOWN} operations more
                </span>
              ) : null}
              <span className="sr-only">{lines.get(phase.number)}</span>
            </button>
          </li>
        );
      })}
    </ol>
  );
}
