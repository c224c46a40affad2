'use client';

import { RadioGroup } from 'radix-ui';
import type { ReactNode } from 'react';
import { classNames } from './class-names';

export interface ChoiceOption<V extends string> {
  readonly value: V;
  readonly label: string;
  readonly hint?: ReactNode;
}

/** A few exclusive options, all in sight, each with a sentence. */
export function Choice<V extends string>(props: {
  readonly label: string;
  readonly value: V;
  readonly onChange: (value: V) => void;
  readonly options: readonly ChoiceOption<V>[];
  readonly columns?: boolean;
}) {
  return (
    <RadioGroup.Root
      aria-label={props.label}
      value={props.value}
      onValueChange={(value) => {
        const option = props.options.find((candidate) => candidate.value === value);
        if (option) props.onChange(option.value);
      }}
      className={classNames('grid gap-2', props.columns && 'sm:grid-cols-2')}
    >
      {props.options.map((option) => (
        <RadioGroup.Item
          key={option.value}
          value={option.value}
          aria-label={option.label}
          className="group flex items-start gap-2.5 rounded-md border p-3 text-left transition-colors duration-150 hover:border-ink-3 data-[state=checked]:border-accent data-[state=checked]:bg-accent-soft"
        >
          <span className="mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-full border border-ink-3 bg-surface group-data-[state=checked]:border-accent">
            <span className="hidden size-2 rounded-full bg-accent group-data-[state=checked]:block" />
          </span>
          <span className="min-w-0">
            <span className="block font-medium">{option.label}</span>
            {option.hint ? <span className="mt-0.5 block text-sm text-ink-2">{option.hint}</span> : null}
          </span>
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
