import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand, wasInterrupted } from './run-command.mjs';
import { hashFile } from './source-hash.mjs';
import { UsageError } from './usage-error.mjs';

const ATTEMPTS = 3;

/**
 * Makes `node_modules` of a folder what its lock says. The stamp lies inside `node_modules`, which `npm ci` deletes first,
 * and is written last: an interrupted install is therefore done again. Development packages are always there, because
 * building needs them, whatever NODE_ENV says. May be called often.
 * @param {string} folder
 * @returns {Promise<void>}
 */
export async function installPackages(folder) {
  const stamp = path.join(folder, 'node_modules', '.segue-install');
  const lockHash = hashFile(path.join(folder, 'package-lock.json'));
  if (lockHash === null)
    throw new UsageError(`"${path.join(folder, 'package-lock.json')}" is missing. Clone again.`);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lockHash) return;
  if (isCompletelyInstalled(folder)) {
    writeFileSync(stamp, lockHash);
    return;
  }
  console.log(`Installing packages in ${folder} …`);
  for (let attempt = 1; ; attempt++) {
    const [program, ...args] = npmCommand();
    const code = await runCommand(
      program,
      [...args, 'ci', '--include=dev', '--include=optional', '--prefer-offline', '--no-audit', '--no-fund'],
      { cwd: folder, env: npmEnvironment(process.env) },
    );
    if (code === 0) break;
    if (wasInterrupted()) throw new UsageError('The install was interrupted. Run the same command again.');
    if (attempt === ATTEMPTS) {
      throw new UsageError(
        `npm ci failed ${ATTEMPTS} times (see above). Check the network and the registry ("npm ping"), then run the same command again.`,
      );
    }
    console.log(`npm ci failed; trying again (${attempt + 1} of ${ATTEMPTS}) …`);
    await sleep(attempt * 3000);
  }
  writeFileSync(stamp, lockHash);
}

/**
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {boolean} [optional]
 * @property {boolean} [devOptional]
 * @property {string[]} [os]
 * @property {string[]} [cpu]
 * @property {string[]} [libc]
 * @property {boolean} [extraneous] in the lock, but nothing asks for it; npm leaves it out
 */

/**
 * Whether npm's own record of a finished install, which it writes last, has everything the lock asks for: then a person
 * ran `npm ci` by hand, or the lock changed in words only, and it need not be done again.
 * @param {string} folder
 * @returns {boolean}
 */
function isCompletelyInstalled(folder) {
  const record = path.join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  return recordSatisfies(
    JSON.parse(readFileSync(path.join(folder, 'package-lock.json'), 'utf8')).packages,
    JSON.parse(readFileSync(record, 'utf8')).packages,
  );
}

/**
 * See `isCompletelyInstalled`. Optional packages may be missing, but not those made for this platform.
 * @param {Record<string, LockedPackage>} wanted
 * @param {Record<string, LockedPackage>} installed
 * @param {{ os: string, cpu: string }} platform
 * @returns {boolean}
 */
export function recordSatisfies(wanted, installed, platform = { os: process.platform, cpu: process.arch }) {
  return Object.entries(wanted).every(([where, entry]) => {
    if (where === '' || entry.extraneous === true) return true;
    const found = installed[where];
    if (found !== undefined) return found.version === entry.version;
    if (entry.optional !== true && entry.devOptional !== true) return false;
    // npm chooses between C libraries by itself, so such a package proves nothing.
    const madeForThis =
      entry.os?.includes(platform.os) && entry.cpu?.includes(platform.cpu) && entry.libc === undefined;
    return madeForThis !== true;
  });
}

/** @returns {[string, ...string[]]} */
function npmCommand() {
  const cli = process.env.npm_execpath;
  return cli?.endsWith('.js') ? [process.execPath, cli] : ['npm'];
}

/**
 * The environment for npm: without settings that leave development packages out, and with a cache folder that can be written
 * (a system user may have a home that does not exist).
 * @param {NodeJS.ProcessEnv} environment
 * @returns {NodeJS.ProcessEnv}
 */
function npmEnvironment(environment) {
  const env = { ...environment };
  for (const name of ['NODE_ENV', 'npm_config_omit', 'npm_config_production', 'npm_config_only'])
    delete env[name];
  if (env.npm_config_cache === undefined || !canWrite(env.npm_config_cache)) {
    const home = path.join(os.homedir(), '.npm');
    env.npm_config_cache = canWrite(home)
      ? home
      : path.join(os.tmpdir(), `segue-npm-cache-${os.userInfo().uid}`);
  }
  return env;
}

/**
 * @param {string} folder
 * @returns {boolean}
 */
function canWrite(folder) {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}
