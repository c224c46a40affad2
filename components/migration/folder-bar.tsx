import { FolderOpen } from 'lucide-react';
import { useId } from 'react';
import { Select } from '@/components/ui/input';
import { counted } from '@/components/ui/number-words';
import type { FolderView } from '@/lib/views/folder-view';
import type { OpenFolder } from './open-folder';

const TOOLS: Record<FolderView['tool'], string> = {
  drizzle: 'drizzle-kit',
  prisma: 'Prisma',
  sqitch: 'sqitch',
  flyway: 'Flyway',
  'golang-migrate': 'golang-migrate',
  diesel: 'diesel',
  plain: 'by name',
};

/** What a choice of the file means for the others. */
function othersInWords(before: number, after: number): string {
  const parts = [
    before === 0
      ? 'Nothing comes before it.'
      : `${counted(before, 'file')} before it: taken as run, and read for your tool’s journal only. What is planned rests on the database as it is.`,
    ...(after === 0 ? [] : [`${counted(after, 'file')} after it: left out.`]),
  ];
  return parts.join(' ');
}

/** The folder that a file came from, which of its files is planned, and what that means for the others. */
export function FolderBar(props: {
  readonly folder: OpenFolder;
  readonly path: string;
  readonly onChoose: (path: string) => void;
}) {
  const { folder, path } = props;
  const id = useId();
  const at = folder.files.findIndex((file) => file.path === path);
  return (
    <section aria-label="Folder" className="rounded-lg border bg-surface px-3 py-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <p className="flex min-w-0 items-center gap-2">
          <FolderOpen aria-hidden size={15} className="shrink-0 text-ink-3" />
          <span className="min-w-0 truncate font-medium">{folder.name}</span>
          <span className="text-sm whitespace-nowrap text-ink-3 tabular">
            {counted(folder.files.length, 'migration')}, {TOOLS[folder.tool]}
          </span>
        </p>
        <div className="flex min-w-0 flex-1 basis-72 items-center gap-2 text-sm">
          <label htmlFor={id} className="shrink-0 font-medium">
            Planned
          </label>
          <Select
            id={id}
            className="min-w-0 flex-1 font-mono"
            value={path}
            onChange={(event) => props.onChoose(event.target.value)}
          >
            {folder.files.toReversed().map((file) => (
              <option key={file.path} value={file.path}>
                {file.path}
              </option>
            ))}
          </Select>
        </div>
      </div>
      <p className="mt-2 text-sm text-ink-2">{othersInWords(at, folder.files.length - at - 1)}</p>
    </section>
  );
}
