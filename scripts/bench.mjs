// `npm run bench [name …]`: runs bench/<name>.bench.ts, all of them without a name, one after the other.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { installPackages } from './lib/install-packages.mjs';
import { root } from './lib/register-typescript.mjs';
import { forwardSignals, runCommand, wasInterrupted } from './lib/run-command.mjs';
import { reportFailure, UsageError } from './lib/usage-error.mjs';

const folder = path.join(root, 'bench');
const ending = '.bench.ts';

/** @returns {Promise<number>} exit code */
async function bench() {
  const known = readdirSync(folder)
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length));
  // What is no name any more, an option or a path, is the benchmark's own affair.
  const split = process.argv.slice(2).findIndex((arg) => /^-|[/\\.]/.test(arg));
  const names = split === -1 ? process.argv.slice(2) : process.argv.slice(2, 2 + split);
  const options = split === -1 ? [] : process.argv.slice(2 + split);
  const unknown = names.find((name) => !existsSync(path.join(folder, name + ending)));
  if (unknown !== undefined)
    throw new UsageError(`No benchmark "${unknown}". There are: ${known.join(', ')}.`);
  forwardSignals();
  await installPackages(root);
  let failed = 0;
  for (const name of names.length === 0 ? known : names) {
    if (wasInterrupted()) return 130;
    const script = path.join(root, 'scripts', 'run-typescript.mjs');
    const code = await runCommand(process.execPath, [script, path.join(folder, name + ending), ...options], {
      cwd: root,
    });
    if (code !== 0) failed++;
  }
  return failed === 0 ? 0 : 1;
}

process.exit(await bench().catch(reportFailure));
