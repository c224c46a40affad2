import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const NOT_IN_BUILD = new Set([
  'node_modules',
  'bench',
  'bin',
  'docs',
  'drizzle',
  'e2e',
  'scripts',
  'test',
  'tmp',
]);

/**
 * One hash over everything that can change what `next build` makes.
 * @param {string} root
 * @returns {string}
 */
export function hashSources(root) {
  const hash = createHash('sha256');
  for (const file of sourceFiles(root, '')) {
    hash.update(`${file}\0`);
    hash.update(readFileSync(path.join(root, file)));
    hash.update('\0');
  }
  return hash.digest('hex');
}

/**
 * Whether a path (with `/`) is one that a build does not see: hidden, generated, test or prose.
 * @param {string} file
 * @returns {boolean}
 */
export function isOutsideBuild(file) {
  const parts = file.split('/');
  const name = parts.at(-1) ?? '';
  if (parts.some((part) => part.startsWith('.')) || NOT_IN_BUILD.has(parts[0] ?? '')) return true;
  return /\.(test\.tsx?|md|tsbuildinfo)$/.test(name) || name === 'next-env.d.ts';
}

/**
 * @param {string} file
 * @returns {string | null} null when the file is missing
 */
export function hashFile(file) {
  return existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : null;
}

/**
 * @param {string} root
 * @param {string} folder
 * @returns {string[]}
 */
function sourceFiles(root, folder) {
  const entries = readdirSync(path.join(root, folder), { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const file = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (isOutsideBuild(file)) return [];
    if (entry.isDirectory()) return sourceFiles(root, file);
    return entry.isFile() ? [file] : [];
  });
}
