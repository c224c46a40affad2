import { MAX_MIGRATION_BYTES, migrationTextProblem } from '@/lib/core/migration-text';

type FileText =
  | { readonly ok: true; readonly fileName: string; readonly text: string }
  | { readonly ok: false; readonly message: string; readonly next: string };

/** The text of a file that a person dropped or chose, or why it is none. A file that is too large is not read at all. */
export async function readFile(file: File): Promise<FileText> {
  const refuse = (message: string, next: string): FileText => ({
    ok: false,
    message: `${file.name}: ${message}`,
    next,
  });
  if (file.size > MAX_MIGRATION_BYTES)
    return refuse('larger than 5 MB.', 'Split it, or load its data by other means.');
  let text: string;
  try {
    // Every byte counts in the checksum that its tool keeps, a byte order mark too.
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await file.arrayBuffer());
  } catch {
    return refuse('not a text file in UTF-8.', 'Choose the migration itself, or save it as UTF-8.');
  }
  const problem = migrationTextProblem(text);
  if (problem !== null) return refuse(problem.message, problem.next);
  // Where a folder was chosen the path says more than the name.
  return { ok: true, fileName: file.webkitRelativePath || file.name, text };
}
