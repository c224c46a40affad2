import path from 'node:path';

/** The package's folder. */
export const root = path.resolve(import.meta.dirname, '..', '..');

/**
 * Lets this process import TypeScript and `@/…` paths of the project, whatever the working folder is.
 * Needs the installed packages; call it once.
 * @returns {Promise<void>}
 */
export async function registerTypescript() {
  process.env.SEGUE_ROOT = root;
  const { register } = await import('tsx/esm/api');
  register({ tsconfig: path.join(root, 'tsconfig.json') });
}
