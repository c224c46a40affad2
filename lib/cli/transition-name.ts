import path from 'node:path';

/**
 * A transition's name from a migration file's: drizzle-kit's tag, Prisma's folder, or the plain file name. What a name may not
 * have becomes a hyphen.
 */
export function transitionNameOf(file: string): string {
  const base = path.basename(file).replace(/\.sql$/i, '');
  const named =
    base === 'migration' || base === 'up' ? path.basename(path.dirname(path.resolve(file))) : base;
  const clean = named
    .normalize('NFC')
    .replaceAll(/[^\p{L}\p{N} ._/-]+/gu, '-')
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .trim();
  return [...clean].slice(0, 100).join('') || 'migration';
}
