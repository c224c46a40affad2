import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { SegueError } from '@/lib/core/errors';
import { MAX_MIGRATION_BYTES } from '@/lib/core/migration-text';

/** Reads a text file of the caller's. Throws `invalid_input` that names it where it is missing, too large, binary or not UTF-8. */
export async function readText(file: string, cwd: string): Promise<string> {
  const refuse = (why: string, next: string, cause?: unknown) =>
    new SegueError('invalid_input', `${file} ${why}.`, { object: file, next, cause });
  let bytes: Buffer;
  try {
    bytes = await readFile(path.resolve(cwd, file));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const why = code === 'ENOENT' ? 'does not exist' : code === 'EISDIR' ? 'is a folder' : 'cannot be read';
    throw refuse(why, 'Check the path.', error);
  }
  if (bytes.length > MAX_MIGRATION_BYTES) throw refuse('is larger than 5 MB', 'Split it.');
  if (bytes.includes(0)) throw refuse('is not a text file', 'Give a file of text.');
  if (!isUtf8(bytes)) throw refuse('is not UTF-8', 'Save it as UTF-8.');
  return bytes.toString('utf8').replace(/^\uFEFF/, '');
}
