import { ArrowDown, FileCode, LoaderCircle, Pencil, X } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { counted } from '@/components/ui/number-words';
import { SEVERITY_LOOKS } from '@/components/ui/severity-looks';
import type { MigrationStatements, MigrationView } from '@/lib/views/migration-view';

interface FileBarProps {
  readonly fileName: string;
  readonly lineCount: number;
  readonly view: (MigrationStatements & Partial<Pick<MigrationView, 'questions'>>) | null;
  readonly pending?: boolean;
  /** To the next line after the one last gone to that has a finding, or an open question. */
  readonly onNext: (what: 'finding' | 'question') => void;
  readonly onEdit?: (() => void) | null;
  readonly onRemove?: () => void;
}

const count = (view: MigrationStatements | null, severity: 'error' | 'warning') =>
  view?.findings.filter((finding) => finding.severity === severity).length ?? 0;

/** The file's name, what is in it, and the way to what needs a person. */
export function FileBar(props: FileBarProps) {
  const { view } = props;
  const open = view?.questions?.filter(({ answer, required }) => required && answer === null).length ?? 0;
  const severities = (['error', 'warning'] as const).flatMap((severity) => {
    const found = count(view, severity);
    return found === 0 ? [] : [{ severity, found }];
  });
  return (
    <div className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 px-3 py-1.5">
      <span className="flex min-w-0 items-center gap-2 font-medium">
        <FileCode aria-hidden size={15} className="shrink-0 text-ink-3" />
        <span className="min-w-0 truncate">{props.fileName}</span>
      </span>
      <span className="text-sm text-ink-3 tabular">
        {counted(props.lineCount, 'line')}
        {view === null ? '' : `, ${counted(view.statements.length, 'statement')}`}
      </span>
      {severities.map(({ severity, found }) => {
        const { icon: Icon, className, word } = SEVERITY_LOOKS[severity];
        return (
          <span key={severity} className={`inline-flex items-center gap-1 text-sm font-medium ${className}`}>
            <Icon aria-hidden size={13} /> {counted(found, word.toLowerCase())}
          </span>
        );
      })}
      {props.pending === true ? (
        <LoaderCircle aria-hidden size={14} className="animate-spin-slow text-ink-3" />
      ) : null}
      <span className="-ml-2.5 flex basis-full flex-wrap items-center gap-1">
        {severities.length === 0 ? null : (
          <Button size="sm" variant="quiet" onClick={() => props.onNext('finding')}>
            <ArrowDown aria-hidden size={13} /> Next finding
          </Button>
        )}
        {open === 0 ? null : (
          <Button size="sm" onClick={() => props.onNext('question')}>
            <ArrowDown aria-hidden size={13} /> {open === 1 ? 'Question' : `Next of ${open} questions`}
          </Button>
        )}
        {props.onEdit == null ? null : (
          <Button size="sm" variant="quiet" onClick={props.onEdit}>
            <Pencil aria-hidden size={13} /> Edit
          </Button>
        )}
        {props.onRemove === undefined ? null : (
          <Button size="sm" variant="quiet" onClick={props.onRemove}>
            <X aria-hidden size={13} /> Remove file
          </Button>
        )}
      </span>
    </div>
  );
}
