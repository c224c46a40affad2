import { Choice } from '@/components/ui/choice';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Notice } from '@/components/ui/notice';
import { type JournalPlace, recordedFile, teamCommand } from '@/lib/core/migration-record';
import { type KnownPlace, NOWHERE, placeKey } from './journal-choice';
import type { MigrationDraftState } from './use-migration-draft';

const LAYOUTS: Record<JournalPlace['tool'], { label: string; hint: string }> = {
  prisma: { label: 'Prisma', hint: 'A folder for each migration.' },
  drizzle: { label: 'drizzle-kit', hint: 'Files beside meta/_journal.json.' },
  'drizzle-folders': { label: 'drizzle 1.0', hint: 'A folder for each migration, with snapshot.json.' },
};

const tableOf = ({ table }: JournalPlace): string => `${table.schema}.${table.name}`;

/** What is known of the files before it. */
function EarlierFiles({ place, known }: { readonly place: JournalPlace; readonly known: KnownPlace | null }) {
  if (known === null)
    return (
      <li>
        Not checked: whether everything before it is recorded. Its folder is not here; you are asked when the
        first phase starts. Give the whole folder, and it is known.
        {place.tool === 'drizzle' ? ` ${teamCommand(place.tool)} would skip for ever what is not.` : ''}
      </li>
    );
  const last = known.earlier.at(-1);
  if (last === undefined) return <li>Nothing comes before it in its folder.</li>;
  return (
    <li>
      Checked when the first phase starts: whether{' '}
      {known.earlier.length === 1 ? (
        <>
          <code className="break-words">{recordedFile({ tool: place.tool, tag: last.tag })}</code>, which
          comes before it, is recorded.
        </>
      ) : (
        <>
          all {known.earlier.length} files before it are recorded; the last of them is{' '}
          <code className="break-words">{recordedFile({ tool: place.tool, tag: last.tag })}</code>.
        </>
      )}
    </li>
  );
}

/** How the team's own tool knows the file, so that its next deploy finds it recorded; nothing where the database has no journal. */
export function JournalFields({ draft }: { readonly draft: MigrationDraftState }) {
  const { places, chosen, refusal, set, choice, exact } = draft.journal;
  if (places.length === 0) return null;
  const { place, tag, known } = chosen;
  const tables = [...new Set(places.map(tableOf))];
  return (
    <section
      aria-label="Your tool’s journal"
      className="max-w-[640px] space-y-3 rounded-lg border bg-surface p-4"
    >
      <div>
        <h2 className="font-semibold">Your tool’s journal</h2>
        <p className="mt-0.5 text-sm break-words text-ink-2">
          This database has {tables.join(' and ')}. A file of your migrations folder that is not recorded
          there is run raw by your next deploy: Segue records it with the first step, and takes it out again
          on the way back to 0.
        </p>
      </div>
      <Choice
        label="Your tool’s journal"
        columns
        value={chosen.key ?? ''}
        onChange={(value) => set({ ...choice, place: value })}
        options={[
          ...places.map((each) => ({
            value: placeKey(each),
            label: `Record for ${LAYOUTS[each.tool].label}`,
            hint: `In ${tableOf(each)}. ${LAYOUTS[each.tool].hint}`,
          })),
          { value: NOWHERE, label: 'Record nothing', hint: 'No deploy will run this file here.' },
        ]}
      />
      {chosen.open ? (
        <p className="text-sm text-waiting">
          {place === null ? 'Choose one' : 'Fill in what is missing'}: then the draft can be saved.
        </p>
      ) : null}
      {place === null ? null : (
        <>
          {known === null ? (
            <div className="grid gap-3 sm:grid-cols-2 sm:items-start">
              <Field
                label={place.tool === 'drizzle' ? 'Tag' : 'Name of the migration’s folder'}
                hint={
                  place.tool === 'drizzle'
                    ? '"tag" of its entry in meta/_journal.json: the file’s name without .sql.'
                    : `The folder that holds this migration.sql, as 20260102030405_full_name.`
                }
              >
                {(ids) => (
                  <Input
                    {...ids}
                    className="font-mono"
                    spellCheck={false}
                    value={choice.tag ?? tag}
                    onChange={(event) => set({ ...choice, tag: event.target.value })}
                  />
                )}
              </Field>
              {place.tool === 'drizzle' ? (
                <Field label="When" hint='"when" of the same entry: 13 digits.'>
                  {(ids) => (
                    <Input
                      {...ids}
                      className="font-mono"
                      inputMode="numeric"
                      value={choice.when}
                      onChange={(event) => set({ ...choice, when: event.target.value })}
                    />
                  )}
                </Field>
              ) : null}
            </div>
          ) : (
            <p className="text-sm">
              Known from its folder: <code className="break-words">{known.tag}</code>
              {known.when === null || place.tool !== 'drizzle' ? '' : `, when ${known.when}`}.
            </p>
          )}
          {refusal === null ? null : (
            <Notice tone="failed" title={refusal.message} live>
              {refusal.next}
            </Notice>
          )}
          <ul className="list-disc space-y-1 pl-5 text-sm text-ink-2">
            <li>Checked: whether it is recorded already, or something later is.</li>
            <EarlierFiles place={place} known={known} />
            <li>
              {exact
                ? 'Its checksum is the sha256 of the file, byte for byte.'
                : 'Its checksum is the sha256 of the text as it stands here. The file may differ in its line ends, its last line or a byte order mark: drop the file itself to be sure.'}
            </li>
          </ul>
        </>
      )}
    </section>
  );
}
