#!/usr/bin/env node
// The command line. Runs the TypeScript sources as they are: it works right after `npm ci`, from any folder.
import { registerTypescript, root } from '../scripts/lib/register-typescript.mjs';

// `npm run segue` in a checkout moves to the package's folder first; the paths a person types are those of their own.
const caller = process.env.INIT_CWD;
if (process.env.npm_lifecycle_event !== undefined && caller !== undefined && process.cwd() === root) {
  process.chdir(caller);
}
// A reader such as `head` may go before the end; a move that is under way must not die of it.
process.stdout.on('error', (error) => {
  if (!('code' in error) || error.code !== 'EPIPE') throw error;
});
await registerTypescript();
const entry = '../lib/cli/main.ts';
const { main } = await import(entry);
process.exitCode = await main(process.argv.slice(2), process.cwd());
