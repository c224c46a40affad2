// Runs Next.js and ends with the parent: a start script that was killed must not leave its port taken.
import { createRequire } from 'node:module';
import { root } from './lib/register-typescript.mjs';

process.env.SEGUE_ROOT = root;
// Next would end the process at once; the worker inside it first comes to a safe point, then ends it (instrumentation.ts).
if (process.argv.includes('start') && process.env.SEGUE_WORKER !== 'off')
  process.env.NEXT_MANUAL_SIG_HANDLE = 'true';
process.on('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), 10_000).unref();
});
process.channel?.unref();
createRequire(import.meta.url)('next/dist/bin/next');
