'use client';

import { useState } from 'react';
import { Findings } from '@/components/plan/findings';
import { operationInWords } from '@/components/plan/operation-words';
import { PhaseDetail } from '@/components/plan/phase-detail';
import { PlanFacts } from '@/components/plan/plan-facts';
import { plannedTrack } from '@/components/track/planned-track';
import { Track } from '@/components/track/track';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Notice } from '@/components/ui/notice';
import { counted } from '@/components/ui/number-words';
import { Skeleton } from '@/components/ui/skeleton';
import { DEFAULT_SETTINGS } from '@/lib/core/rollout';
import type { MigrationStatements } from '@/lib/views/migration-view';
import { FolderBar } from './folder-bar';
import { JournalFields } from './journal-fields';
import { MigrationSheet } from './migration-sheet';
import { PasteZone } from './paste-zone';
import { phaseLinks } from './phase-links';
import type { MigrationDraftState } from './use-migration-draft';

/** A file up to this many characters may be edited as a whole; a longer one statement by statement. */
const MAX_EDITED = 100_000;
const MAX_LISTED = 20;

/** What the refusal counts: the operations that the file became. */
function OperationNumbers({ view }: { readonly view: MigrationStatements }) {
  const { statementsOf } = phaseLinks(view.statements, null);
  const listed = view.operations.slice(0, MAX_LISTED).map((operation, index) => {
    const [first] = statementsOf.get(index) ?? [];
    return {
      words: operationInWords(operation),
      line: first === undefined ? null : (view.statements[first]?.line ?? null),
    };
  });
  return (
    <ol className="mt-2 list-decimal space-y-1 pl-5 text-sm">
      {listed.map(({ words, line }) => (
        <li key={`${line}: ${words}`} className="break-words">
          {words} {line === null ? null : <span className="text-ink-2">(line {line})</span>}
        </li>
      ))}
    </ol>
  );
}

function Aside({
  draft,
  hasDatabase,
}: {
  readonly draft: MigrationDraftState;
  readonly hasDatabase: boolean;
}) {
  const { view, error, pending, unanswered } = draft.reading;
  const open = view?.questions.filter(({ required, answer }) => required && answer === null).length ?? 0;
  const refused = view?.statements.filter(({ fate }) => fate.kind === 'refused').length ?? 0;
  const idle = view !== null && view.plan === null && view.refusal === null && open + refused === 0;
  return (
    <>
      <div className="flex items-baseline justify-between gap-3">
        <h2 className="text-lg font-semibold">Phases</h2>
        <p aria-live="polite" className="text-sm text-ink-3">
          {pending ? 'Reading…' : view?.plan != null ? 'Up to date' : ''}
        </p>
      </div>
      {hasDatabase ? null : (
        <p className="text-ink-2">Choose a database: what the file does depends on what is there.</p>
      )}
      {draft.problem === null ? null : (
        <Notice tone="failed" title={draft.problem.message}>
          {draft.problem.next}
        </Notice>
      )}
      {unanswered ? (
        <Notice tone="failed" title="Segue did not answer.">
          Check that it still runs; the reading comes back with the next change.
        </Notice>
      ) : null}
      {error === null ? null : (
        <Notice tone="failed" title={error.message}>
          {error.next}
        </Notice>
      )}
      {view === null && pending ? <Skeleton className="h-40" /> : null}
      {open === 0 ? null : (
        <Notice tone="waiting" title={`${counted(open, 'question')} open`}>
          The file does not say everything. Answer beneath {open === 1 ? 'its line' : 'their lines'}, and the
          plan appears here.
        </Notice>
      )}
      {refused === 0 ? null : (
        <Notice tone="failed" title={`${counted(refused, 'statement')} cannot be planned`}>
          Why, and what to do, stands beneath {refused === 1 ? 'it' : 'them'}.
        </Notice>
      )}
      {view?.refusal == null ? null : (
        <Notice tone="failed" title={view.refusal.message}>
          {view.refusal.next}
          {view.operations.length < 2 ? null : <OperationNumbers view={view} />}
        </Notice>
      )}
      {idle ? <p className="text-ink-2">Nothing of this file is left to do in this database.</p> : null}
      {view === null || view.assumptions.length === 0 ? null : (
        <details className="text-sm text-ink-2">
          <summary className="w-fit rounded-sm">{counted(view.assumptions.length, 'assumption')}</summary>
          <ul className="mt-1 list-disc space-y-1 pl-5">
            {view.assumptions.map((assumption) => (
              <li key={assumption}>{assumption}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

/** The way from a raw migration file to a draft: the file, what it would do, what it asks, and its phases. */
export function MigrationDraft(props: {
  readonly draft: MigrationDraftState;
  readonly hasDatabase: boolean;
  readonly nameError: string | null;
}) {
  const { draft } = props;
  const { source, reading } = draft;
  const [chosen, setSelected] = useState(1);
  if (source === null)
    return (
      <PasteZone
        refusal={draft.refusal}
        onPaste={draft.paste}
        onType={draft.type}
        onFile={(file) => draft.read(file)}
        onFolder={(folder) => draft.readFolder(Promise.resolve(folder))}
        busy={draft.opening}
      />
    );
  const plan = reading.view?.plan ?? null;
  const phase = plan?.phases[chosen - 1] ?? plan?.phases[0];
  return (
    <div className="space-y-4">
      {draft.refusal === null ? null : <Notice tone="failed" title={draft.refusal} live />}
      {draft.folder === null ? null : (
        <FolderBar
          folder={draft.folder}
          path={source.fileName}
          onChoose={(path) => {
            if (draft.folder !== null) draft.chooseOf(draft.folder, path);
          }}
        />
      )}
      <MigrationSheet
        key={source.id}
        fileName={source.fileName}
        lines={draft.lines}
        view={reading.view}
        plan={plan}
        selected={phase?.number ?? 1}
        onSelect={setSelected}
        pending={reading.pending}
        onAnswer={draft.answer}
        editing={{
          part: draft.part,
          all: source.text.length <= MAX_EDITED,
          onEdit: draft.edit,
          onChange: draft.changePart,
          onDone: draft.endEdit,
        }}
        onRemove={draft.remove}
        aside={<Aside draft={draft} hasDatabase={props.hasDatabase} />}
      />
      <JournalFields draft={draft} />
      <div className="max-w-[440px]">
        <Field
          label="Name of the transition"
          error={props.nameError}
          hint="Letters, digits, spaces and . _ / -"
        >
          {(ids) => (
            <Input
              {...ids}
              value={draft.ownName}
              placeholder={draft.suggested}
              onChange={(event) => draft.setOwnName(event.target.value)}
            />
          )}
        </Field>
      </div>
      {plan === null || phase === undefined ? null : (
        <>
          <Findings findings={plan.findings} />
          <section aria-label="Track" className="rounded-lg border bg-surface p-4">
            <Track track={plannedTrack(plan)} selected={phase.number} onSelect={setSelected} />
          </section>
          <PlanFacts plan={plan} settings={DEFAULT_SETTINGS} />
          <PhaseDetail phase={phase} checks={[]} settings={DEFAULT_SETTINGS} standing={null} />
        </>
      )}
    </div>
  );
}
