// `node scripts/run-typescript.mjs <file.ts> [arguments]`: runs a TypeScript file of the project, with its `@/` paths.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { registerTypescript } from './lib/register-typescript.mjs';

const [file = '', ...rest] = process.argv.slice(2);
const target = path.resolve(file);
process.argv = [process.argv[0] ?? process.execPath, target, ...rest];
await registerTypescript();
await import(pathToFileURL(target).href);
