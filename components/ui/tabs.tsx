'use client';

import { Tabs as Primitive } from 'radix-ui';
import type { ReactNode } from 'react';
import { classNames } from './class-names';

export interface Tab {
  readonly value: string;
  readonly label: ReactNode;
  readonly content: ReactNode;
}

/** Tabs with an underline; the strip scrolls on a narrow screen. */
export function Tabs(props: {
  readonly label: string;
  readonly tabs: readonly Tab[];
  readonly value?: string;
  readonly onValueChange?: (value: string) => void;
  readonly dense?: boolean;
}) {
  return (
    <Primitive.Root
      {...(props.value === undefined ? { defaultValue: props.tabs[0]?.value } : { value: props.value })}
      onValueChange={props.onValueChange}
    >
      <Primitive.List
        aria-label={props.label}
        className="flex gap-4 overflow-x-auto overflow-y-hidden border-b"
      >
        {props.tabs.map((tab) => (
          <Primitive.Trigger
            key={tab.value}
            value={tab.value}
            className={classNames(
              '-mb-px shrink-0 border-b-2 border-transparent font-medium whitespace-nowrap text-ink-2 transition-colors duration-150 hover:text-ink data-[state=active]:border-accent data-[state=active]:text-ink',
              props.dense ? 'pt-1 pb-1.5 text-sm' : 'py-2.5',
            )}
          >
            {tab.label}
          </Primitive.Trigger>
        ))}
      </Primitive.List>
      {props.tabs.map((tab) => (
        <Primitive.Content key={tab.value} value={tab.value} className={props.dense ? 'pt-3' : 'pt-5'}>
          {tab.content}
        </Primitive.Content>
      ))}
    </Primitive.Root>
  );
}
