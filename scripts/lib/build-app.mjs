import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runCommand, wasInterrupted } from './run-command.mjs';
import { hashSources } from './source-hash.mjs';
import { UsageError } from './usage-error.mjs';

/**
 * Runs `next build` unless the build folder holds the result for exactly these sources. The stamp goes first and comes
 * last, so that an interrupted build is done again. May be called often.
 * @param {string} root
 * @param {string} distDir relative to the root, as NEXT_DIST_DIR
 * @returns {Promise<void>}
 */
export async function buildApp(root, distDir) {
  const stamp = path.join(root, distDir, 'segue-sources');
  const hash = hashSources(root);
  const complete = existsSync(path.join(root, distDir, 'BUILD_ID'));
  if (complete && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  rmSync(stamp, { force: true });
  console.log('Building the dashboard …');
  const next = path.join(root, 'node_modules', 'next', 'dist', 'bin', 'next');
  const env = {
    ...process.env,
    NEXT_DIST_DIR: distDir,
    NEXT_TELEMETRY_DISABLED: '1',
    NODE_ENV: /** @type {const} */ ('production'),
  };
  const code = await runCommand(process.execPath, [next, 'build'], { cwd: root, env });
  if (code !== 0) {
    throw new UsageError(
      wasInterrupted()
        ? 'The build was interrupted. Run the same command again.'
        : 'The build failed (see above).',
    );
  }
  writeFileSync(stamp, hash);
}
