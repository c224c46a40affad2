'use client';

import { Field } from '@/components/ui/field';
import { Textarea } from '@/components/ui/input';

const EXAMPLE = `name: rename-users-name
operations:
  - rename_column: { table: users, from: name, to: full_name }`;

/** The operations file as text. */
export function FileTextField(props: {
  readonly text: string;
  readonly error: string | null;
  readonly onChange: (text: string) => void;
}) {
  return (
    <Field
      label="YAML or JSON"
      error={props.error}
      hint="The same file that the command line takes, or a migration of pgroll."
    >
      {(ids) => (
        <Textarea
          {...ids}
          rows={14}
          spellCheck={false}
          className="font-mono text-sm"
          placeholder={EXAMPLE}
          value={props.text}
          onChange={(event) => props.onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
