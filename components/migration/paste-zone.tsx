'use client';

import { FileUp, FolderUp, LoaderCircle } from 'lucide-react';
import { useRef } from 'react';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Textarea } from '@/components/ui/input';
import { type FolderFiles, folderOfList } from './folder-files';

const EXAMPLE = `ALTER TABLE users ADD COLUMN country text NOT NULL;
UPDATE users SET country = 'US' WHERE country IS NULL;`;

/** The browser's own attribute for a field that takes a folder has no name in React. */
const takesFolder = (element: HTMLInputElement | null): void => {
  if (element !== null) element.webkitdirectory = true;
};

/** Where a migration file comes in: pasted, typed, chosen, or dropped anywhere on the page; also with its folder. */
export function PasteZone(props: {
  /** Why the last file was not taken. */
  readonly refusal: string | null;
  /** Pasted: a whole file. */
  readonly onPaste: (text: string) => void;
  /** The first characters of a file that is typed. */
  readonly onType: (text: string) => void;
  readonly onFile: (file: File) => void;
  readonly onFolder: (folder: FolderFiles) => void;
  /** One is being read. */
  readonly busy: boolean;
}) {
  const picker = useRef<HTMLInputElement | null>(null);
  const folderPicker = useRef<HTMLInputElement | null>(null);
  return (
    <div className="rounded-lg border border-dashed border-line-strong p-4">
      <Field
        label="Migration"
        error={props.refusal}
        hint="SQL as drizzle-kit, Prisma, Knex or a person wrote it, or a pgroll migration; up to 5 MB and 5,000 statements. Nothing of it is run."
      >
        {(ids) => (
          <Textarea
            {...ids}
            rows={10}
            spellCheck={false}
            autoCapitalize="off"
            className="font-mono text-sm"
            placeholder={EXAMPLE}
            value=""
            onPaste={(event) => {
              const [file] = event.clipboardData.files;
              if (file !== undefined) {
                event.preventDefault();
                props.onFile(file);
                return;
              }
              const text = event.clipboardData.getData('text');
              if (text === '') return;
              // A file of megabytes never gets into the field.
              event.preventDefault();
              props.onPaste(text);
            }}
            onChange={(event) => props.onType(event.target.value)}
          />
        )}
      </Field>
      <div className="mt-3 flex flex-wrap items-center gap-3">
        <Button onClick={() => picker.current?.click()}>
          <FileUp aria-hidden size={15} /> Choose a file
        </Button>
        <input
          ref={picker}
          type="file"
          accept=".sql,.txt,.json,.yaml,.yml"
          aria-label="Migration file"
          tabIndex={-1}
          className="sr-only"
          onChange={(event) => {
            const file = event.target.files?.[0];
            // The same file may be chosen again after it was mended.
            event.target.value = '';
            if (file) props.onFile(file);
          }}
        />
        <Button onClick={() => folderPicker.current?.click()}>
          <FolderUp aria-hidden size={15} /> Choose a folder
        </Button>
        <input
          ref={(element) => {
            folderPicker.current = element;
            takesFolder(element);
          }}
          type="file"
          aria-label="Migrations folder"
          tabIndex={-1}
          className="sr-only"
          onChange={(event) => {
            const folder = folderOfList(event.target.files ?? []);
            event.target.value = '';
            if (folder !== null) props.onFolder(folder);
          }}
        />
        <span className="inline-flex items-center gap-2 text-sm text-ink-2" aria-live="polite">
          {props.busy ? (
            <>
              <LoaderCircle aria-hidden size={14} className="animate-spin-slow" /> Reading…
            </>
          ) : (
            'or drop one anywhere on this page'
          )}
        </span>
      </div>
      <p className="mt-3 text-sm text-ink-3">
        Of a folder the newest file is planned; those before it tell where it stands in your tool’s journal.
      </p>
    </div>
  );
}
