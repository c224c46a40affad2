import {
  type JournalPlace,
  type MigrationRecord,
  migrationTag,
  type RecordRequest,
  timeOfFolder,
} from '@/lib/core/migration-record';

/** What a person says of the file and their tool's journal, as it stands in the fields. */
export interface JournalChoice {
  /** A place by its key, or "none"; null: nobody has said. */
  readonly place: string | null;
  /** null: as the file is named. */
  readonly tag: string | null;
  readonly when: string;
}

export const UNSAID: JournalChoice = { place: null, tag: null, when: '' };

export const NOWHERE = 'none';

export const placeKey = ({ tool, table }: JournalPlace): string => `${tool} ${table.schema}.${table.name}`;

/** What a draft was saved with. Pure. */
export function choiceOf(record: MigrationRecord | null): JournalChoice {
  if (record === null) return { ...UNSAID, place: NOWHERE };
  return { place: placeKey(record), tag: record.tag, when: record.when === null ? '' : String(record.when) };
}

/** What a tool calls a file of this name; '' where the name does not say. Pure. */
function tagOf(fileName: string, tool: JournalPlace['tool']): string {
  const parts = fileName.split(/[/\\]/);
  const last = parts.at(-1) ?? '';
  if (tool === 'drizzle') return /^\d+_.+\.sql$/i.test(last) ? last.replace(/\.sql$/i, '') : '';
  const folder = last === 'migration.sql' ? (parts.at(-2) ?? '') : '';
  return /^\d+_./.test(folder) ? folder : '';
}

interface ReadChoice {
  /** null: nothing is recorded, or nobody has said. */
  readonly place: JournalPlace | null;
  readonly key: string | null;
  readonly tag: string;
  /** Whole and right; null also while something is missing. */
  readonly request: RecordRequest | null;
  /** Something is to be said before the draft is saved. */
  readonly open: boolean;
}

/**
 * A choice against the journals that the database has. A file whose name fits one tool alone is taken for a file of that tool's
 * until a person says otherwise. Pure.
 */
export function readChoice(
  choice: JournalChoice,
  places: readonly JournalPlace[],
  fileName: string,
): ReadChoice {
  if (places.length === 0) return { place: null, key: null, tag: '', request: null, open: false };
  if (choice.place === NOWHERE) return { place: null, key: NOWHERE, tag: '', request: null, open: false };
  const fitting = places.filter(({ tool }) =>
    tool === 'drizzle' ? tagOf(fileName, tool) !== '' : /(^|[/\\])migration\.sql$/.test(fileName),
  );
  const place =
    places.find((each) => placeKey(each) === choice.place) ??
    (fitting.length === 1 ? fitting[0] : undefined) ??
    null;
  if (place === null) return { place: null, key: null, tag: '', request: null, open: true };
  const tag = (choice.tag ?? tagOf(fileName, place.tool)).trim();
  const when = place.tool === 'drizzle' && /^\d{13}$/.test(choice.when.trim()) ? Number(choice.when) : null;
  const right =
    migrationTag.safeParse(tag).success &&
    (place.tool === 'prisma' || (place.tool === 'drizzle' ? when : timeOfFolder(tag)) !== null);
  const request = right ? { ...place, tag, when } : null;
  return { place, key: placeKey(place), tag, request, open: request === null };
}
