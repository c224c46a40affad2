// Runs Next.js and ends with the parent: a start script that was killed must not leave its port taken.
import { createRequire } from 'node:module';
import { root } from './lib/register-typescript.mjs';

process.env.SEGUE_ROOT = root;
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();
createRequire(import.meta.url)('next/dist/bin/next');
