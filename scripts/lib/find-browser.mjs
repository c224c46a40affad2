import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { UsageError } from './usage-error.mjs';

/** A download that has said nothing for so long is not going to end. */
const NO_PROGRESS_MS = 120_000;

/** Flags of every browser that tests start; root cannot use Chromium's sandbox. */
export const BROWSER_ARGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

/**
 * Finds a Chromium that really starts, installing one when there is none. Returns its path; an empty one means the browser
 * that Playwright finds by itself. Throws UsageError with the commands to run when none can be had.
 * @param {string} root
 * @returns {Promise<string>}
 */
export async function findBrowser(root) {
  /** @type {string[]} */
  const tried = [];
  /**
   * @param {string} label
   * @param {string} executable
   */
  const works = async (label, executable) => {
    const problem = await launchProblem(root, executable);
    if (problem === null) console.log(`Browser: ${label}`);
    else tried.push(`${label}: ${problem}`);
    return problem === null;
  };

  const named = process.env.CHROMIUM_PATH;
  if (named && (await works(`$CHROMIUM_PATH (${named})`, named))) return named;
  if (await works("Playwright's own Chromium", '')) return '';
  for (const found of ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].flatMap(
    onPath,
  )) {
    if (await works(found, found)) return found;
  }
  const playwright = path.join(root, 'node_modules', '@playwright', 'test', 'cli.js');
  console.log('No browser found; downloading one …');
  if (await install(root, process.execPath, [playwright, 'install', 'chromium'])) {
    if (await works("Playwright's own Chromium, just installed", '')) return '';
  } else tried.push('playwright install chromium: failed');
  if (process.getuid?.() === 0 && onPath('apt-get').length > 0) {
    await install(root, 'apt-get', ['update']);
    if (await install(root, 'apt-get', ['install', '-y', '--no-install-recommends', 'chromium'])) {
      for (const found of onPath('chromium')) {
        if (await works(`${found}, just installed`, found)) return found;
      }
    } else tried.push('apt-get install chromium: failed');
  }
  const packaged = await packagedChromium(root);
  if (packaged === null) tried.push('npm install @sparticuz/chromium: failed');
  else if (await works('@sparticuz/chromium', packaged)) return packaged;

  throw new UsageError(
    [
      'No browser could be started, so the end-to-end tests did not run. Tried:',
      ...tried.map((line) => `  ${line}`),
      'As root:      apt-get update && apt-get install -y chromium',
      'Without root: npx playwright install chromium',
      '              (or point CHROMIUM_PATH to a Chromium or Chrome that this user can start)',
    ].join('\n'),
  );
}

/**
 * Why a browser does not start; null when it opened a page.
 * @param {string} root
 * @param {string} executable
 * @returns {Promise<string | null>}
 */
async function launchProblem(root, executable) {
  /** @type {import('@playwright/test')} */
  const { chromium } = createRequire(path.join(root, 'package.json'))('@playwright/test');
  try {
    const browser = await chromium.launch({
      ...(executable === '' ? {} : { executablePath: executable }),
      args: BROWSER_ARGS,
      timeout: 30_000,
    });
    try {
      const page = await browser.newPage();
      await page.setContent('<title>works</title>');
      return (await page.title()) === 'works' ? null : 'it shows no page';
    } finally {
      await browser.close();
    }
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  }
}

/**
 * @param {string} program
 * @returns {string[]} its path, if it is on PATH
 */
function onPath(program) {
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, program))
    .filter((file) => existsSync(file))
    .slice(0, 1);
}

/**
 * Runs an installer; false when it fails, or is cut off because it has shown no progress.
 * @param {string} root
 * @param {string} program
 * @param {string[]} args
 * @returns {Promise<boolean>}
 */
function install(root, program, args) {
  const child = spawn(program, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Of its own process group, so that what it started ends with it.
    detached: true,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  const cutOff = () => {
    console.log(
      `${path.basename(program)} has shown no progress for ${NO_PROGRESS_MS / 1000} s and was cut off.`,
    );
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  };
  let timer = setTimeout(cutOff, NO_PROGRESS_MS);
  /** @param {Buffer} chunk */
  const progress = (chunk) => {
    clearTimeout(timer);
    timer = setTimeout(cutOff, NO_PROGRESS_MS);
    process.stdout.write(chunk);
  };
  child.stdout.on('data', progress);
  child.stderr.on('data', progress);
  return new Promise((resolve) => {
    child.once('error', () => {
      clearTimeout(timer);
      resolve(false);
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve(code === 0);
    });
  });
}

/**
 * The Chromium that comes as an npm package, for users who may install nothing else. It is fetched only here.
 * @param {string} root
 * @returns {Promise<string | null>}
 */
async function packagedChromium(root) {
  const folder = path.join(root, 'node_modules', '.cache', 'segue-browser');
  const entry = path.join(folder, 'node_modules', '@sparticuz', 'chromium', 'package.json');
  if (!existsSync(entry)) {
    const args = [
      'install',
      '--prefix',
      folder,
      '--no-save',
      '--no-audit',
      '--no-fund',
      '@sparticuz/chromium@147.0.0',
    ];
    if (!(await install(root, 'npm', args))) return null;
  }
  const script =
    "import('@sparticuz/chromium').then(async (m) => console.log(await m.default.executablePath()))";
  const { status, stdout } = spawnSync(process.execPath, ['-e', script], { cwd: folder, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}
