import { postJson } from '@/components/data/post-json';
import { CONTROL_FILES } from '@/lib/core/control-files';
import type { FolderView } from '@/lib/views/folder-view';
import type { FolderFiles } from './folder-files';
import { migrationsRoot } from './migrations-root';
import { readFile } from './read-file';

/** A folder of migrations whose order is known. */
export interface OpenFolder extends FolderView {
  /** As people know it: "prisma/migrations". */
  readonly name: string;
  /** Opens one of its files. */
  readonly open: (path: string) => Promise<File>;
}

type Opened =
  | { readonly ok: true; readonly folder: OpenFolder }
  | { readonly ok: false; readonly message: string; readonly next: string };

/** Two levels are enough for every tool. */
const MAX_LEVELS = 2;

/** Finds the migrations in a folder and the order of their tool, or says why there are none. Reads only the files that say the order. */
export async function openFolder({ name, files }: FolderFiles, signal: AbortSignal): Promise<Opened> {
  const root = migrationsRoot(name, [...files.keys()]);
  if (!root.ok) return root;
  const below = root.folder === '' ? '' : `${root.folder}/`;
  const paths = [...files.keys()]
    .filter((path) => path.startsWith(below))
    .map((path) => path.slice(below.length))
    .filter((path) => path.split('/').length <= MAX_LEVELS);
  const open = (path: string): Promise<File> => {
    const found = files.get(`${below}${path}`);
    return found === undefined ? Promise.reject(new Error(`${path} is not in ${name}`)) : found();
  };
  const control: Record<string, string> = {};
  for (const path of CONTROL_FILES) {
    if (!paths.includes(path)) continue;
    const read = await readFile(await open(path));
    if (!read.ok) return read;
    control[path] = read.text;
  }
  const shown = root.folder === '' ? name : `${name}/${root.folder}`;
  const ordered = await postJson<FolderView>(
    '/api/v1/migrations/folder',
    { name: shown, paths, control },
    signal,
  );
  if (!ordered.ok)
    return { ok: false, message: ordered.error.message, next: ordered.error.next ?? 'Give one file.' };
  if (ordered.data.files.length === 0)
    return {
      ok: false,
      message: `${shown}: no migrations are in it.`,
      next: 'Give another folder, or one file.',
    };
  return { ok: true, folder: { ...ordered.data, name: shown, open } };
}
