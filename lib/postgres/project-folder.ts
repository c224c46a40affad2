import { existsSync } from 'node:fs';
import path from 'node:path';

/** Folder of the package: where `node_modules`, `drizzle/` and `.next` are. Entry scripts set SEGUE_ROOT; a bundled copy of this file has no place of its own. */
export function projectFolder(): string {
  return process.env.SEGUE_ROOT ?? process.cwd();
}

/** Folder of everything Segue keeps on this machine: `.segue/` of the project, or SEGUE_DATA. Absolute; not created here. */
export function dataFolder(): string {
  return path.resolve(
    /*turbopackIgnore: true*/ process.env.SEGUE_DATA ?? path.join(projectFolder(), '.segue'),
  );
}

/** Finds an installed package by walking up from `start`, as Node does, without asking a bundler. Null when it is not installed. */
export function findPackage(name: string, start: string): string | null {
  for (let folder = start; ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'node_modules', name);
    if (existsSync(path.join(candidate, 'package.json'))) return candidate;
    if (folder === path.dirname(folder)) return null;
  }
}
