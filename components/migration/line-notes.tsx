import { CircleSlash } from 'lucide-react';
import type { MigrationStatements } from '@/lib/views/migration-view';
import { FindingNote } from './finding-note';
import { plainNames } from './plain-names';
import { type Question, QuestionNote } from './question-note';
import type { SheetLayout } from './sheet-layout';

/** What may be asked about a file; none on a page that only shows it. */
export interface SheetQuestions {
  readonly list: readonly Question[];
  /** Question id to why its answer was not taken. */
  readonly errors: Readonly<Record<string, string>>;
  readonly onAnswer: (id: string, answer: string | null) => void;
}

interface LineNotesProps {
  readonly line: number;
  readonly view: MigrationStatements;
  readonly layout: SheetLayout;
  readonly questions: SheetQuestions | null;
  /** Why the plan was refused, where it is about a statement that ends here. */
  readonly refusal: { readonly message: string; readonly next: string | null } | null;
}

function Refused({ why, next }: { readonly why: string; readonly next: string | null }) {
  return (
    <div className="flex gap-2">
      <CircleSlash aria-hidden size={15} className="mt-[3px] shrink-0 text-failed" />
      <p className="min-w-0 flex-1 break-words">
        <span className="font-semibold text-failed">Not planned.</span> {plainNames(why)}
        {next === null || next === '' ? null : <span className="block text-sm text-ink-2">{next}</span>}
      </p>
    </div>
  );
}

/** Everything that is said and asked below a line: what the raw statements that end here would have done, and what is missing. */
export function LineNotes({ line, view, layout, questions, refusal }: LineNotesProps) {
  const ending = layout.ends.get(line) ?? [];
  const findings = [
    ...(layout.loose.get(line) ?? []),
    ...ending.flatMap((index) => layout.findingsOf.get(index) ?? []),
  ];
  const asked =
    questions?.list.filter(({ line: at }) =>
      ending.some((index) => {
        const { line: from = 0, endLine = 0 } = view.statements[index] ?? {};
        return from <= at && at <= endLine;
      }),
    ) ?? [];
  const refused = ending.flatMap((index) => {
    const fate = view.statements[index]?.fate;
    if (fate?.kind !== 'refused') return [];
    const told = layout.findingsOf.get(index) ?? [];
    // A fault of the file has been told by its finding already, and what is not known too: what is left is the way out.
    if (told.some(({ caret }) => caret)) return [];
    const same = told.some(({ message }) => message === fate.why);
    return [{ index, why: same ? fate.next : fate.why, next: same ? null : fate.next }];
  });
  if (findings.length + asked.length + refused.length === 0 && refusal === null) return null;
  return (
    <div className="my-1 mr-3 ml-3 max-w-[760px] space-y-2 rounded-md border bg-surface px-3 py-2 font-sans text-base sm:ml-12">
      {findings.map((finding) => (
        <FindingNote
          key={`${finding.rule}:${finding.line}:${finding.column}:${finding.relation}:${finding.message}`}
          finding={finding}
          rule={view.rules[finding.rule]}
        />
      ))}
      {asked.map((question) => (
        <QuestionNote
          // Another suggestion is another field: what stood there meant another text.
          key={`${question.id}:${question.suggestion}`}
          question={question}
          error={questions?.errors[question.id] ?? null}
          onAnswer={(answer) => questions?.onAnswer(question.id, answer)}
        />
      ))}
      {refused.map(({ index, why, next }) => (
        <Refused key={index} why={why} next={next} />
      ))}
      {refusal === null ? null : <Refused why={refusal.message} next={refusal.next} />}
    </div>
  );
}
