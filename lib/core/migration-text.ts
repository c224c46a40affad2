/** The largest migration file that is read: in the browser, by the API and on the command line. */
export const MAX_MIGRATION_BYTES = 5 * 1024 * 1024;

/** Why a text cannot be read as a migration file, and the way out; null where it can be tried. */
export function migrationTextProblem(text: string): { message: string; next: string } | null {
  if (text.trim() === '')
    return { message: 'The file is empty.', next: 'Paste SQL, or choose another file.' };
  // A text longer in characters is longer in bytes too: the cheap question first.
  if (text.length > MAX_MIGRATION_BYTES || utf8Bytes(text) > MAX_MIGRATION_BYTES)
    return { message: 'The file is larger than 5 MB.', next: 'Split it, or load its data by other means.' };
  if (text.includes('\0'))
    return { message: 'This is not a text file.', next: 'Choose the migration itself, as SQL.' };
  return holdsProgram(text) ? { message: 'This is a program, not SQL.', next: nextForProgram(text) } : null;
}

/** Comments, and then how a module of JavaScript or TypeScript begins; no statement of SQL begins so. */
const PROGRAM =
  /^(?:\s|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/)*(?:['"]use strict['"]|(?:module\.)?exports\b|export\s+(?:default|async|function|const|let|class)\b|import\s[^;]{0,300}?from\s*['"]|(?:const|let|var)\s[^;]{0,300}?\brequire\()/;

/** Whether a text is a migration written as a program, as those of Knex are. Pure. */
export const holdsProgram = (text: string): boolean => PROGRAM.test(text);

/** How one comes to the SQL of a program. */
export const nextForProgram = (text: string): string =>
  /\bknex\b/i.test(text)
    ? 'Give the SQL that this Knex migration sends: docs/import.md has a script that prints it.'
    : 'Give the SQL that it sends.';

const utf8Bytes = (text: string): number => new TextEncoder().encode(text).length;

const BY_CONTENT = /^\s*(\{|---|["']?(name|operations|version_schema|dualWrite)["']?\s*:)/;

/** Whether a text is a list of operations, of Segue's or pgroll's, in JSON or YAML; else it is SQL. Pure. */
export function holdsOperations(fileName: string, text: string): boolean {
  return /\.(json|ya?ml)$/i.test(fileName) || (!/\.sql$/i.test(fileName) && BY_CONTENT.test(text));
}
