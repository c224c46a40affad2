import { CircleCheck, CircleDashed, CircleHelp, CircleX, TriangleAlert } from 'lucide-react';
import { Cell, HeadCell, Table } from '@/components/ui/table';
import type { CheckResult } from '@/lib/core/check-result';

const LOOKS = {
  pass: { icon: CircleCheck, word: 'Passed', className: 'text-done' },
  fail: { icon: CircleX, word: 'Failed', className: 'text-failed' },
  inconclusive: { icon: CircleHelp, word: 'Needs a person', className: 'text-waiting' },
  warning: { icon: TriangleAlert, word: 'Take note', className: 'text-waiting' },
  accepted: { icon: CircleCheck, word: 'Accepted', className: 'text-ink-2' },
  open: { icon: CircleDashed, word: 'Not run yet', className: 'text-ink-3' },
} as const;

/** Icon and word of a check's answer; null: it has none yet. What a person has let go on asks nobody any more. */
export function CheckMark({
  check,
}: {
  readonly check: Pick<CheckResult, 'outcome' | 'acknowledged'> | null;
}) {
  const look: keyof typeof LOOKS = check === null ? 'open' : check.acknowledged ? 'accepted' : check.outcome;
  const { icon: Icon, word, className } = LOOKS[look];
  return (
    <span className={`inline-flex shrink-0 items-center gap-1.5 text-sm font-medium ${className}`}>
      <Icon aria-hidden size={14} /> {word}
    </span>
  );
}

function valueInWords(value: string | number | boolean | null | undefined): string {
  if (value === undefined) return '';
  return value === null ? 'NULL' : String(value);
}

/** The evidence as a table: its columns are the rows' keys. */
function EvidenceTable({
  evidence,
  label,
}: {
  readonly evidence: CheckResult['evidence'];
  readonly label: string;
}) {
  const columns = [...new Set(evidence.flatMap((row) => Object.keys(row)))];
  return (
    <div className="mt-2 rounded-md border bg-canvas">
      <Table label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <HeadCell key={column}>{column.replaceAll('_', ' ')}</HeadCell>
            ))}
          </tr>
        </thead>
        <tbody>
          {evidence.map((row) => (
            <tr key={JSON.stringify(row)}>
              {columns.map((column) => (
                <Cell key={column} className="font-mono text-sm break-words">
                  {valueInWords(row[column])}
                </Cell>
              ))}
            </tr>
          ))}
        </tbody>
      </Table>
    </div>
  );
}

const MOMENTS: Record<CheckResult['moment'], string> = {
  entry: 'before it starts',
  watch: 'while it lasts',
  exit: 'before it ends',
  rollback: 'before it is rolled back',
};

/** One answered check with its evidence one click away. */
export function CheckLine(props: {
  readonly check: CheckResult;
  /** The phase that it belongs to, where checks of several phases stand together. */
  readonly phase?: string;
}) {
  const { check, phase } = props;
  return (
    <li className="border-b py-2.5 first:pt-0 last:border-b-0 last:pb-0">
      <div className="flex items-start justify-between gap-3">
        <p className="min-w-0 font-medium break-words">{check.title}</p>
        <CheckMark check={check} />
      </div>
      <p className="mt-0.5 text-sm break-words text-ink-2 tabular">
        {check.summary}
        {check.acknowledged ? ' A person has looked at it, and let it go on.' : ''}
      </p>
      {phase === undefined ? null : (
        <p className="text-sm text-ink-3">
          {phase}, {MOMENTS[check.moment]}
        </p>
      )}
      {check.evidence.length > 0 ? (
        <details className="mt-1">
          <summary className="w-fit rounded-sm text-sm text-accent">
            Evidence, {check.evidence.length} {check.evidence.length === 1 ? 'row' : 'rows'}
          </summary>
          <EvidenceTable evidence={check.evidence} label={`Evidence: ${check.title}`} />
        </details>
      ) : null}
    </li>
  );
}
