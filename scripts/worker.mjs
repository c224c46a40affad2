// `npm run worker`: the worker as a process of its own.
import { installPackages } from './lib/install-packages.mjs';
import { registerTypescript, root } from './lib/register-typescript.mjs';
import { reportFailure } from './lib/usage-error.mjs';

try {
  await installPackages(root);
  await registerTypescript();
  const entry = '../lib/worker/main.ts';
  await import(entry);
} catch (error) {
  process.exitCode = reportFailure(error);
}
