'use client';

import { useMemo, useState } from 'react';
import type { DualWrite, OperationKind, TransitionFile, TransitionSpec } from '@/lib/core/operation';
import type { RelationName } from '@/lib/core/sql-text';
import {
  applicationMayWrite,
  type DraftOperation,
  isComplete,
  newDraftOperation,
  suggestName,
  toDraftOperation,
  toFileOperation,
} from './draft-operation';
import { type ParsedText, parseFileText, writeFileText } from './parse-file-text';

/** The table of the operation above: the next is often about the same. */
function lastTable(drafts: readonly DraftOperation[]): RelationName | null {
  const table = drafts.at(-1)?.values.table;
  return typeof table === 'object' && table !== null && 'schema' in table ? table : null;
}

export interface DraftStart {
  readonly databaseId: string | null;
  readonly spec: TransitionSpec | null;
  readonly mode: DraftMode;
}

/** How a draft is said: by forms, as an operations file, or as a raw migration. */
export type DraftMode = 'form' | 'text' | 'sql';

/** The state of the new-transition form, and the operations file that it stands for (null while something needed is missing). */
export function useDraftForm(start: DraftStart) {
  const [databaseId, setDatabaseId] = useState(start.databaseId);
  const [mode, setMode] = useState<DraftMode>(start.mode);
  const [ownName, setOwnName] = useState(start.spec?.name ?? '');
  const [dualWrite, setDualWrite] = useState<DualWrite>(start.spec?.dualWrite ?? 'managed');
  const [next, setNext] = useState(100);
  const [record, setRecord] = useState(start.spec?.record);
  const [operations, setOperations] = useState<readonly DraftOperation[]>(
    () =>
      start.spec?.operations.map((operation, index) => toDraftOperation(String(index), operation)) ?? [
        newDraftOperation('0', 'rename_column', null),
      ],
  );
  const [text, setText] = useState('');
  const [parsed, setParsed] = useState<ParsedText | null>(null);

  const suggested = suggestName(operations);
  const name = ownName === '' ? suggested : ownName;
  const asksWhoWrites = operations.some(applicationMayWrite);
  const fromForm = useMemo<TransitionFile | null>(
    () =>
      name.trim() !== '' && operations.length > 0 && operations.every(isComplete)
        ? {
            name: name.trim(),
            dualWrite: asksWhoWrites ? dualWrite : 'managed',
            operations: operations.map(toFileOperation),
            ...(record === undefined
              ? {}
              : { record: { ...record, earlier: record.earlier && [...record.earlier] } }),
          }
        : null,
    [name, dualWrite, asksWhoWrites, operations, record],
  );

  const changeText = (value: string): void => {
    setText(value);
    if (value.trim() === '') setParsed(null);
    else parseFileText(value).then(setParsed);
  };

  return {
    databaseId,
    setDatabaseId: (id: string) => {
      setDatabaseId(id === '' ? null : id);
      setOperations((all) => all.map(({ key, kind }) => newDraftOperation(key, kind, null)));
    },
    mode,
    /** Going to the text takes along what the form says, unless something was written there already. */
    setMode: (to: DraftMode) => {
      setMode(to);
      if (to === 'text' && text.trim() === '' && fromForm !== null) writeFileText(fromForm).then(changeText);
    },
    name,
    suggested,
    ownName,
    setOwnName,
    asksWhoWrites,
    dualWrite,
    setDualWrite,
    /** The team's own migration file that it stands for. */
    record,
    dropRecord: () => setRecord(undefined),
    operations,
    change: (draft: DraftOperation) =>
      setOperations((all) => all.map((operation) => (operation.key === draft.key ? draft : operation))),
    add: (kind: OperationKind) => {
      setOperations((all) => [...all, newDraftOperation(String(next), kind, lastTable(all))]);
      setNext(next + 1);
    },
    remove: (key: string) => setOperations((all) => all.filter((operation) => operation.key !== key)),
    text,
    setText: changeText,
    textError: parsed?.ok === false ? parsed.message : null,
    file: mode !== 'text' ? fromForm : parsed?.ok === true ? parsed.file : null,
  };
}

export type DraftForm = ReturnType<typeof useDraftForm>;
