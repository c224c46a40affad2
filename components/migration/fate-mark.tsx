import { ArrowRight, CircleHelp, CircleSlash, Minus } from 'lucide-react';
import { PHASE_TITLES, type Plan } from '@/lib/core/plan';
import type { StatementView } from '@/lib/views/migration-view';

const LOOKS = {
  operation: { icon: ArrowRight, className: 'text-accent' },
  nothing: { icon: Minus, className: 'text-ink-3' },
  asks: { icon: CircleHelp, className: 'text-waiting' },
  refused: { icon: CircleSlash, className: 'text-failed' },
} as const;

/** What became of a statement, in a word or two, and for a reader who cannot see where it stands. */
function fateInWords(
  statement: StatementView,
  phases: readonly number[],
  plan: Plan | null,
): { readonly short: string; readonly long: string } {
  const titles = phases.flatMap((number) => {
    const phase = plan?.phases[number - 1];
    return phase === undefined ? [] : [PHASE_TITLES[phase.kind]];
  });
  switch (statement.fate.kind) {
    case 'operation':
      return titles.length > 0
        ? { short: titles.join(' · '), long: `planned in ${titles.join(', ')}` }
        : { short: 'Understood', long: 'understood; planned once the file is' };
    case 'nothing':
      return { short: 'Nothing to do', long: `nothing to do. ${statement.fate.why}` };
    case 'asks':
      return { short: 'Asks you', long: 'waits for your answer' };
    case 'refused':
      return { short: 'Not planned', long: 'not planned' };
  }
}

/** What became of a statement, at the end of its first line; pressing it keeps its phases marked. */
export function FateMark(props: {
  readonly statement: StatementView;
  readonly phases: readonly number[];
  readonly plan: Plan | null;
  readonly pressed: boolean;
  readonly onPress: () => void;
  readonly onFocus: () => void;
}) {
  const { statement } = props;
  const { icon: Icon, className } = LOOKS[statement.fate.kind];
  const { short, long } = fateInWords(statement, props.phases, props.plan);
  return (
    <button
      type="button"
      aria-pressed={props.pressed}
      aria-label={`Statement on line ${statement.line}: ${long}`}
      title={statement.fate.kind === 'nothing' ? statement.fate.why : undefined}
      onClick={props.onPress}
      onFocus={props.onFocus}
      className={`inline-flex h-5 items-center gap-1 rounded-sm px-1.5 font-sans text-sm whitespace-nowrap hover:bg-sunken aria-pressed:bg-sunken aria-pressed:font-medium ${className}`}
    >
      <Icon aria-hidden size={13} className="shrink-0" />
      {short}
    </button>
  );
}
