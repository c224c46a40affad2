'use client';

import { ChevronDown } from 'lucide-react';
import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { classNames } from './class-names';
import { Input } from './input';

export interface ComboboxOption {
  readonly value: string;
  readonly label: string;
  /** Quiet words at the right: a type, a number of rows. */
  readonly note?: string;
  /** Why it cannot be chosen. */
  readonly disabled?: string;
}

interface ComboboxProps {
  readonly id?: string;
  readonly 'aria-describedby'?: string;
  readonly 'aria-invalid'?: boolean;
  readonly value: string;
  readonly options: readonly ComboboxOption[];
  readonly placeholder?: string;
  readonly disabled?: boolean;
  readonly empty: string;
  readonly onChange: (value: string) => void;
}

/** A text field that offers what there is. Typing filters; arrows and Enter choose; what is typed in full counts too. */
export function Combobox(props: ComboboxProps) {
  const { value, options, onChange } = props;
  const listId = useId();
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState<string | null>(null);
  const [active, setActive] = useState(0);
  const input = useRef<HTMLInputElement>(null);

  const label = options.find((option) => option.value === value)?.label ?? value;
  const search = (typed ?? '').toLowerCase();
  const shown = options.filter((option) => option.label.toLowerCase().includes(search));
  const current = shown[Math.min(active, shown.length - 1)];

  const choose = (option: ComboboxOption): void => {
    if (option.disabled !== undefined) return;
    onChange(option.value);
    setTyped(null);
    setOpen(false);
  };
  const leave = (): void => {
    const exact = options.find((option) => option.label === typed);
    if (exact !== undefined && exact.disabled === undefined) onChange(exact.value);
    setTyped(null);
    setOpen(false);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setOpen(true);
      setActive((at) => Math.max(0, Math.min(shown.length - 1, at + (event.key === 'ArrowDown' ? 1 : -1))));
    } else if (event.key === 'Enter' && open) {
      event.preventDefault();
      if (current !== undefined) choose(current);
    } else if (event.key === 'Escape' && open) {
      event.stopPropagation();
      setTyped(null);
      setOpen(false);
    }
  };

  return (
    <div className="relative">
      <Input
        ref={input}
        id={props.id}
        aria-describedby={props['aria-describedby']}
        aria-invalid={props['aria-invalid']}
        role="combobox"
        aria-expanded={open}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={open && current !== undefined ? `${listId}-${current.value}` : undefined}
        autoComplete="off"
        spellCheck={false}
        disabled={props.disabled}
        placeholder={props.placeholder}
        className="pr-8 font-mono"
        value={typed ?? label}
        onFocus={(event) => event.target.select()}
        onClick={() => setOpen(true)}
        onBlur={leave}
        onKeyDown={onKeyDown}
        onChange={(event) => {
          setTyped(event.target.value);
          setActive(0);
          setOpen(true);
        }}
      />
      <ChevronDown
        aria-hidden
        size={14}
        className="pointer-events-none absolute top-1/2 right-3 -translate-y-1/2 text-ink-3"
      />
      <div
        id={listId}
        role="listbox"
        aria-label="Options"
        hidden={!open}
        className="absolute inset-x-0 top-full z-30 mt-1 max-h-[264px] overflow-y-auto rounded-lg border bg-raised p-1 shadow-lg"
      >
        {shown.map((option) => (
          <div
            key={option.value}
            id={`${listId}-${option.value}`}
            role="option"
            tabIndex={-1}
            aria-selected={option.value === value}
            aria-disabled={option.disabled !== undefined}
            onPointerDown={(event) => {
              event.preventDefault();
              choose(option);
            }}
            className={classNames(
              'flex cursor-pointer items-baseline justify-between gap-3 rounded-md px-2.5 py-1.5',
              option === current && 'bg-sunken',
              option.disabled !== undefined && 'cursor-not-allowed text-ink-3',
            )}
          >
            <span className="min-w-0 truncate font-mono text-sm">{option.label}</span>
            <span className="shrink-0 text-sm text-ink-3 tabular">{option.disabled ?? option.note}</span>
          </div>
        ))}
        {shown.length === 0 ? <p className="px-2.5 py-1.5 text-sm text-ink-3">{props.empty}</p> : null}
      </div>
    </div>
  );
}
