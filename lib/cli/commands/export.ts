import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SegueError } from '@/lib/core/errors';
import { EXPORT_FORMATS, type ExportFormat, exportPlan } from '@/lib/planner/export/export-plan';
import type { CommandInput } from '../main';
import { printJson, printLine } from '../output';
import { printOpenReading } from '../print-reading';
import { readAnswers } from '../read-answers';
import { readTransitionFile } from '../read-transition-file';
import { planFor, requireFile } from './plan';

/** `segue export <file>`: writes the plan as files that are used without Segue. The database is only read. Exit 2 where the folder holds something. */
export async function exportFile({ files, options, cwd }: CommandInput): Promise<0 | 1 | 2 | 3> {
  const format = requireFormat(options.format);
  const folder = await requireEmptyFolder(options.out, cwd);
  const file = requireFile(files);
  const source = await readTransitionFile(file, cwd);
  const answers = await readAnswers(options, cwd);
  // What is used without Segue is deployed as files of its own: there is nothing to record.
  const { made, reading } = await planFor(source, { answers, record: 'none' }, options, cwd);
  if (made === null) return printOpenReading(reading, options.json === true);
  const written = exportPlan(made, format, Date.now());
  for (const { path: name, text } of written) {
    const full = path.join(folder, name);
    await mkdir(path.dirname(full), { recursive: true });
    await writeFile(full, text);
  }
  if (options.json === true)
    printJson({ name: made.name, format, out: options.out, files: written.map((each) => each.path) });
  else printLine(`Wrote ${written.length} files to ${options.out}. Begin with its README.md.`);
  return 0;
}

function requireFormat(format: string | undefined): ExportFormat {
  const found = EXPORT_FORMATS.find((each) => each === format);
  if (found !== undefined) return found;
  throw new SegueError(
    'invalid_input',
    format === undefined ? 'No format is given.' : `--format ${format} is not known.`,
    { object: '--format', next: `Give --format ${EXPORT_FORMATS.join(' or ')}.` },
  );
}

/** Files of another export beside these would be run with them. */
async function requireEmptyFolder(out: string | undefined, cwd: string): Promise<string> {
  if (out === undefined)
    throw new SegueError('invalid_input', 'No folder is given to write to.', {
      object: '--out',
      next: 'Give --out <folder>.',
    });
  const folder = path.resolve(cwd, out);
  try {
    if ((await readdir(folder)).length === 0) return folder;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT') return folder;
    throw new SegueError('invalid_input', `${out} cannot be written to.`, {
      object: out,
      next: 'Give a folder.',
      cause: error,
    });
  }
  throw new SegueError('invalid_input', `${out} is not empty.`, {
    object: out,
    next: 'Give a new folder, or empty it.',
  });
}
