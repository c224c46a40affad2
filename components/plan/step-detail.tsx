import { Check, LoaderCircle, Lock } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { CodeBlock } from '@/components/ui/code-block';
import { Popover } from '@/components/ui/popover';
import type { Step, StepLock } from '@/lib/core/plan';
import { lockInWords } from './lock-words';
import type { StepState } from './step-states';

const KINDS: Record<Step['kind'], string> = {
  ddl: 'one transaction',
  build_index: 'outside a transaction, concurrently',
  drop_index: 'outside a transaction, concurrently',
  outside: 'outside a transaction',
  validate: 'reads the table, blocks nobody',
  backfill: 'in batches',
  analyze: 'statistics',
};

function Locks({
  locks,
  title,
  forward,
}: {
  readonly locks: readonly StepLock[];
  readonly title: string;
  readonly forward: boolean;
}) {
  if (locks.length === 0) return null;
  const name = forward ? 'Locks' : 'Locks on the way back';
  return (
    <Popover
      label={`${name} of ${title}`}
      trigger={
        <Button size="sm" variant="quiet" aria-label={`${name} of ${title}`} className="-ml-2.5">
          <Lock aria-hidden size={13} /> {name}
        </Button>
      }
    >
      <p className="mb-2 font-semibold">Locks in PostgreSQL’s words</p>
      <ul className="space-y-2 text-sm">
        {locks.map((lock) => (
          <li key={`${lock.relation}:${lock.mode}`}>
            <code className="break-all">{lock.relation}</code>:{' '}
            <span className="font-medium">{lock.mode}</span>
            <span className="block text-ink-2">{lockInWords(lock.mode)}</span>
          </li>
        ))}
      </ul>
    </Popover>
  );
}

function StepMark({ state }: { readonly state: StepState }) {
  if (state === 'open') return null;
  return state === 'done' ? (
    <span className="inline-flex items-center gap-1 text-sm text-done">
      <Check aria-hidden size={13} /> Done
    </span>
  ) : (
    <span className="inline-flex items-center gap-1 text-sm text-running">
      <LoaderCircle aria-hidden size={13} className="animate-spin-slow" /> Running
    </span>
  );
}

/** One step: what it does to the application, every statement there and back, its locks one click away. */
export function StepDetail({
  step,
  number,
  state,
}: {
  readonly step: Step;
  readonly number: string;
  readonly state: StepState;
}) {
  const sql = step.sql.join(';\n');
  const undo = step.undo.join(';\n');
  return (
    <li className="min-w-0 border-b py-4 first:pt-0 last:border-b-0 last:pb-0">
      <div className="flex gap-3">
        <span className="w-8 shrink-0 text-ink-3 tabular">{number}</span>
        <div className="min-w-0 flex-1">
          <p className="flex flex-wrap items-center gap-x-3 font-medium">
            <span className="min-w-0 break-words">{step.title}</span>
            <StepMark state={state} />
          </p>
          <p className="mt-0.5 text-sm text-ink-2">
            {step.impact}
            {step.rewrites ? ' Rewrites the table.' : ''}
          </p>
          <div className="my-1 flex flex-wrap gap-x-2">
            <Locks locks={step.locks} title={step.title} forward />
            <Locks locks={step.undoLocks} title={step.title} forward={false} />
          </div>
          {sql === '' ? null : (
            <CodeBlock code={sql} language="sql" what="SQL" caption={`Forward · ${KINDS[step.kind]}`} />
          )}
          {undo === '' ? (
            <p className="mt-2 text-sm text-ink-3">The way back needs no statement of its own.</p>
          ) : (
            <details className="mt-2">
              <summary className="mb-2 w-fit rounded-sm text-sm text-ink-2">
                Way back, {step.undo.length} {step.undo.length === 1 ? 'statement' : 'statements'}
              </summary>
              <CodeBlock
                code={undo}
                language="sql"
                what="way back"
                caption={`Back · ${step.undoTransactional ? 'one transaction' : 'outside a transaction'}`}
              />
            </details>
          )}
        </div>
      </div>
    </li>
  );
}
