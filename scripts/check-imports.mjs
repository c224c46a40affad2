// The import rules of .dependency-cruiser.cjs, with a guard against a run that silently looked at nothing.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { root } from './lib/register-typescript.mjs';

const folders = ['app', 'components', 'lib', 'scripts', 'bin', 'proxy.ts'].filter((name) =>
  existsSync(path.join(root, name)),
);
const cli = path.join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');
const { status, stdout, stderr } = spawnSync(
  process.execPath,
  [cli, '--config', '.dependency-cruiser.cjs', '--output-type', 'err-long', ...folders],
  { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
);
process.stdout.write(stdout);
process.stderr.write(stderr);
const modules = Number(/(\d+) modules/.exec(stdout)?.[1] ?? '0');
if (modules === 0) console.error('dependency-cruiser looked at no module: the check proves nothing.');
process.exitCode = status !== 0 || modules === 0 ? 1 : 0;
