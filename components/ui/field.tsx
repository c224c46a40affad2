import { TriangleAlert } from 'lucide-react';
import { type ReactNode, useId } from 'react';

interface FieldIds {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': boolean | undefined;
}

/** Label, control, hint and refusal of one input. The child gets the ids that tie them together. */
export function Field(props: {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | null;
  readonly optional?: boolean;
  readonly children: (ids: FieldIds) => ReactNode;
}) {
  const id = useId();
  const described = [props.hint ? `${id}-hint` : null, props.error ? `${id}-error` : null].filter(Boolean);
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="mb-1 block text-sm font-medium text-ink">
        {props.label}
        {props.optional ? <span className="font-normal text-ink-3"> (optional)</span> : null}
      </label>
      {props.children({
        id,
        'aria-describedby': described.length > 0 ? described.join(' ') : undefined,
        'aria-invalid': props.error ? true : undefined,
      })}
      {props.error ? (
        <p id={`${id}-error`} className="mt-1 flex gap-1.5 text-sm text-failed">
          <TriangleAlert aria-hidden size={14} className="mt-[3px] shrink-0" />
          <span className="min-w-0 break-words">{props.error}</span>
        </p>
      ) : null}
      {props.hint ? (
        <p id={`${id}-hint`} className="mt-1 text-sm text-ink-3">
          {props.hint}
        </p>
      ) : null}
    </div>
  );
}
