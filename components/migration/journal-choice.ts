import {
  type JournalPlace,
  type MigrationEntry,
  type MigrationRecord,
  migrationTag,
  type RecordRequest,
  timeOfFolder,
} from '@/lib/core/migration-record';

/** What the folder of a file says of it. */
export interface KnownPlace {
  readonly tool: JournalPlace['tool'];
  readonly tag: string;
  readonly when: number | null;
  readonly earlier: readonly MigrationEntry[];
}

/** What a person says of the file and their tool's journal, as it stands in the fields. */
export interface JournalChoice {
  /** A place by its key, or "none"; null: nobody has said. */
  readonly place: string | null;
  /** null: as the file is named. */
  readonly tag: string | null;
  readonly when: string;
  /** null: its folder was not there. */
  readonly known: KnownPlace | null;
}

export const UNSAID: JournalChoice = { place: null, tag: null, when: '', known: null };

export const NOWHERE = 'none';

export const placeKey = ({ tool, table }: JournalPlace): string => `${tool} ${table.schema}.${table.name}`;

/** What a draft was saved with. Pure. */
export function choiceOf(record: MigrationRecord | null): JournalChoice {
  if (record === null) return { ...UNSAID, place: NOWHERE };
  const { tool, tag, when, earlier } = record;
  return {
    place: placeKey(record),
    tag,
    when: when === null ? '' : String(when),
    known: earlier === null ? null : { tool, tag, when, earlier },
  };
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
  /** What its folder said, where it is taken as it stands; null: a person says it. */
  readonly known: KnownPlace | null;
  /** Whole and right; null also while something is missing. */
  readonly request: RecordRequest | null;
  /** Something is to be said before the draft is saved. */
  readonly open: boolean;
}

const NOTHING = { place: null, key: null, tag: '', known: null, request: null } as const;

/** Whether a tool can place a file so named. */
function isPlaced(tool: JournalPlace['tool'], tag: string, when: number | null): boolean {
  if (!migrationTag.safeParse(tag).success) return false;
  return tool === 'prisma' || (tool === 'drizzle' ? when : timeOfFolder(tag)) !== null;
}

/**
 * A choice against the journals that the database has. A file whose folder or name fits one tool alone is taken for a file of that tool's
 * until a person says otherwise. Pure.
 */
export function readChoice(
  choice: JournalChoice,
  places: readonly JournalPlace[],
  fileName: string,
): ReadChoice {
  if (places.length === 0) return { ...NOTHING, open: false };
  if (choice.place === NOWHERE) return { ...NOTHING, key: NOWHERE, open: false };
  const fitting = places.filter(({ tool }) => {
    if (choice.known !== null) return tool === choice.known.tool;
    return tool === 'drizzle' ? tagOf(fileName, tool) !== '' : /(^|[/\\])migration\.sql$/.test(fileName);
  });
  const place =
    places.find((each) => placeKey(each) === choice.place) ??
    (fitting.length === 1 ? fitting[0] : undefined) ??
    null;
  if (place === null) return { ...NOTHING, open: true };
  const key = placeKey(place);
  const { known } = choice;
  if (known !== null && known.tool === place.tool && isPlaced(place.tool, known.tag, known.when)) {
    const { tag, when, earlier } = known;
    return { place, key, tag, known, request: { ...place, tag, when, earlier: [...earlier] }, open: false };
  }
  const tag = (choice.tag ?? tagOf(fileName, place.tool)).trim();
  const when = place.tool === 'drizzle' && /^\d{13}$/.test(choice.when.trim()) ? Number(choice.when) : null;
  const request = isPlaced(place.tool, tag, when) ? { ...place, tag, when } : null;
  return { place, key, tag, known: null, request, open: request === null };
}
