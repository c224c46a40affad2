/** A folder that a person dropped or chose. Its files are opened when they are wanted. */
export interface FolderFiles {
  readonly name: string;
  /** By their paths below it, with forward slashes. */
  readonly files: ReadonlyMap<string, () => Promise<File>>;
}

/** As deep as "shop/prisma/migrations/20260101_a/migration.sql" below its first folder. */
const MAX_DEPTH = 4;
/** Files at most: more is no folder of migrations. */
const MAX_FILES = 20_000;

/** Where no team keeps its migrations, and where many files are. */
const passedOver = (name: string): boolean => name === 'node_modules' || name.startsWith('.');

/** The folder that a field of the browser's gave: all its files, with their paths. */
export function folderOfList(list: Iterable<File>): FolderFiles | null {
  const files = new Map<string, () => Promise<File>>();
  let name: string | null = null;
  for (const file of list) {
    const [top = '', ...below] = file.webkitRelativePath.split('/');
    name ??= top;
    if (below.length > MAX_DEPTH + 1 || below.slice(0, -1).some(passedOver)) continue;
    if (files.size < MAX_FILES) files.set(below.join('/'), async () => file);
  }
  return name === null ? null : { name, files };
}

/** A directory gives its entries in pieces of a hundred, until there are none. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
}

const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;

/** The folder that was dropped. Ends with an error where the browser may not read it. */
export async function folderOfEntry(folder: FileSystemDirectoryEntry): Promise<FolderFiles> {
  const files = new Map<string, () => Promise<File>>();
  const walk = async (within: FileSystemDirectoryEntry, path: string, depth: number): Promise<void> => {
    for (const entry of await entriesOf(within)) {
      if (files.size >= MAX_FILES) return;
      const own = `${path}${entry.name}`;
      if (isFile(entry)) files.set(own, () => new Promise((resolve, reject) => entry.file(resolve, reject)));
      else if (isFolder(entry) && depth < MAX_DEPTH && !passedOver(entry.name))
        await walk(entry, `${own}/`, depth + 1);
    }
  };
  await walk(folder, '', 0);
  return { name: folder.name, files };
}
