'use client';

import { useMemo, useRef, useState } from 'react';
import { type MigrationText, useMigrationReading } from '@/components/data/use-migration-reading';
import type { JournalPlace, MigrationRecord } from '@/lib/core/migration-record';
import { migrationTextProblem } from '@/lib/core/migration-text';
import type { FolderFiles } from './folder-files';
import { choiceOf, type JournalChoice, type KnownPlace, readChoice, UNSAID } from './journal-choice';
import { type OpenFolder, openFolder } from './open-folder';
import { readFile } from './read-file';
import { cutLines, nameOfFile, type SourcePart, splitLines } from './source-text';

/** A migration file that a draft begins with. */
export interface MigrationStart {
  readonly fileName: string;
  readonly text: string;
  readonly answers: Readonly<Record<string, string>>;
  /** How the team's own journal knows it; null: it is not recorded. */
  readonly record: MigrationRecord | null;
}

interface Source {
  readonly id: string;
  readonly version: number;
  readonly fileName: string;
  readonly text: string;
  /** Every byte is that of a file. */
  readonly exact: boolean;
}

const PASTED = 'pasted';
const UNREADABLE = 'The browser could not read it. Drop it again, or choose one file.';
let files = 0;

/** What a folder says of one of its files; null where its tool keeps no journal. */
function placeIn({ team, files: all }: OpenFolder, path: string): KnownPlace | null {
  const at = all.findIndex((file) => file.path === path);
  const file = all[at];
  if (team === null || file === undefined) return null;
  const { tag, when } = file;
  return {
    tool: team,
    tag,
    when,
    earlier: all.slice(0, at).map((each) => ({ tag: each.tag, when: each.when })),
  };
}

function newSource(fileName: string, text: string, exact: boolean): Source {
  files += 1;
  return { id: `file ${files}`, version: 0, fileName, text, exact };
}

/** The state of a migration file on its way to a draft: its text, the part that is edited, the answers, and what the server reads in it. */
export function useMigrationDraft(start: {
  readonly databaseId: string | null;
  readonly migration: MigrationStart | null;
  /** The draft's own name; '' for a new one. */
  readonly name: string;
}) {
  const [source, setSource] = useState<Source | null>(() =>
    start.migration === null ? null : newSource(start.migration.fileName, start.migration.text, false),
  );
  const [answers, setAnswers] = useState(start.migration?.answers ?? {});
  const [part, setPart] = useState<SourcePart | null>(null);
  const [ownName, setOwnName] = useState(start.name);
  const [choice, setChoice] = useState<JournalChoice>(() =>
    start.migration === null ? UNSAID : choiceOf(start.migration.record),
  );
  const [places, setPlaces] = useState<readonly JournalPlace[]>([]);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [folder, setFolder] = useState<OpenFolder | null>(null);
  const [opening, setOpening] = useState(false);
  /** Calls off what was given before: the last one counts. */
  const given = useRef<AbortController | null>(null);

  const text = source?.text ?? '';
  const lines = useMemo(() => splitLines(text), [text]);
  const problem = useMemo(() => (source === null ? null : migrationTextProblem(source.text)), [source]);
  const suggested = source === null || source.fileName === PASTED ? 'migration' : nameOfFile(source.fileName);
  const name = ownName.trim() === '' ? suggested : ownName.trim();
  const chosen = useMemo(
    () => readChoice(choice, places, source?.fileName ?? ''),
    [choice, places, source?.fileName],
  );
  const record = chosen.request;
  const file = useMemo<MigrationText | null>(
    () => (source === null || problem !== null ? null : { ...source, name: suggested, answers, record }),
    [source, problem, suggested, answers, record],
  );
  const reading = useMigrationReading(start.databaseId, file);
  // A reading says which journals there are, and the next one says what the file is in them.
  const found = reading.view?.journal.places ?? places;
  if (found !== places && JSON.stringify(found) !== JSON.stringify(places)) setPlaces(found);
  const notRecorded = reading.view?.journal.refusal ?? null;

  const take = (
    fileName: string,
    content: string,
    from: { readonly exact: boolean; readonly folder: OpenFolder | null },
  ): void => {
    const wrong = migrationTextProblem(content);
    setRefusal(wrong === null ? null : `${wrong.message} ${wrong.next}`);
    if (wrong !== null) return;
    setSource(newSource(fileName, content, from.exact));
    setFolder(from.folder);
    setAnswers({});
    setChoice({ ...UNSAID, known: from.folder === null ? null : placeIn(from.folder, fileName) });
    setPart(null);
  };

  /** Takes what a person gives once it is read, unless they give something else meanwhile. */
  const receive = async (work: (signal: AbortSignal) => Promise<string | null>): Promise<void> => {
    given.current?.abort();
    const mine = new AbortController();
    given.current = mine;
    setOpening(true);
    const wrong = await work(mine.signal).catch(() => UNREADABLE);
    if (given.current !== mine) return;
    setOpening(false);
    if (wrong !== null) setRefusal(wrong);
  };

  /** Reads a file; why it was not taken, or null. */
  const takeFile = async (
    file: File,
    from: { folder: OpenFolder; path: string } | null,
    signal: AbortSignal,
  ) => {
    const read = await readFile(file);
    if (!read.ok) return `${read.message} ${read.next}`;
    if (!signal.aborted)
      take(from?.path ?? read.fileName, read.text, { exact: true, folder: from?.folder ?? null });
    return null;
  };

  return {
    source,
    lines,
    problem,
    name,
    suggested,
    ownName,
    setOwnName,
    answers,
    part,
    refusal,
    reading,
    /** Tells what stands on the page from what stood there before. */
    mark: JSON.stringify([source?.id, source?.version, answers, name, record]),
    /** What is saved; null while there is nothing that could be. */
    input:
      source === null ||
      reading.view?.plan == null ||
      reading.pending ||
      part !== null ||
      chosen.open ||
      notRecorded !== null
        ? null
        : { name, fileName: source.fileName, text: source.text, answers, record },
    journal: {
      places,
      choice,
      chosen,
      refusal: chosen.request === null ? null : notRecorded,
      set: setChoice,
      exact: source?.exact === true,
    },
    /** The folder that the file came from; null: it came alone. */
    folder,
    /** A file or a folder is being read. */
    opening,
    paste: (content: string) => take(PASTED, content, { exact: false, folder: null }),
    /** The first characters: the rest is typed in the editor of the whole file. */
    type: (content: string) => {
      const typed = newSource(PASTED, content, false);
      setSource(typed);
      setFolder(null);
      setAnswers({});
      setChoice(UNSAID);
      setPart({ ...cutLines(splitLines(content), 1, Number.MAX_SAFE_INTEGER), to: 1, original: '' });
    },
    read: (file: File) => receive((signal) => takeFile(file, null, signal)),
    /** The newest file of a folder, unless a person chooses another one. */
    readFolder: (files: Promise<FolderFiles>) =>
      receive(async (signal) => {
        const opened = await openFolder(await files, signal);
        if (!opened.ok) return `${opened.message} ${opened.next}`;
        const path = opened.folder.files.at(-1)?.path ?? '';
        return takeFile(await opened.folder.open(path), { folder: opened.folder, path }, signal);
      }),
    /** Another file of the same folder. */
    chooseOf: (from: OpenFolder, path: string) =>
      receive(async (signal) => takeFile(await from.open(path), { folder: from, path }, signal)),
    refuse: (why: string) => setRefusal(why),
    remove: () => {
      setSource(null);
      setFolder(null);
      setAnswers({});
      setPart(null);
      setRefusal(null);
    },
    answer: (id: string, answer: string | null) =>
      setAnswers(({ [id]: _, ...others }) => (answer === null ? others : { ...others, [id]: answer })),
    edit: (from: number, to: number) => setPart(cutLines(lines, from, Math.min(to, lines.length))),
    changePart: (content: string) => {
      if (part === null) return;
      setPart({ ...part, part: content, to: part.from + splitLines(content).length - 1 });
      setSource((now) =>
        now === null
          ? null
          : { ...now, version: now.version + 1, exact: false, text: part.before + content + part.after },
      );
    },
    endEdit: () => {
      setPart(null);
      // Everything was deleted: as if no file had been given.
      setSource((now) => (now !== null && now.text.trim() === '' ? null : now));
    },
  };
}

export type MigrationDraftState = ReturnType<typeof useMigrationDraft>;
