import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Every line of stdout as JSON; throws where one is none. */
  readonly lines: () => Record<string, unknown>[];
  /** The last line: the result or the one document. */
  readonly last: () => Record<string, unknown>;
}

/** What a run printed, with ways to read it. */
export function cliResult(code: number | null, stdout: string, stderr: string): CliResult {
  const lines = () =>
    stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line): Record<string, unknown> => JSON.parse(line));
  const last = () => {
    const line = lines().at(-1);
    if (line === undefined) throw new Error('segue printed nothing');
    return line;
  };
  return { code, stdout, stderr, lines, last };
}

const bin = path.resolve(import.meta.dirname, '..', 'bin', 'segue.mjs');

/** Runs the command line as a person does, from `cwd`, and waits for its end. */
export function runSegue(args: readonly string[], cwd: string): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve(cliResult(code, Buffer.concat(out).toString('utf8'), Buffer.concat(err).toString('utf8')));
    });
  });
}

/** A folder of files for one test file. */
export interface Workspace {
  readonly folder: string;
  /** Writes a file and gives its name. Objects are written as JSON. */
  write(name: string, content: string | Buffer | Record<string, unknown>): string;
  remove(): void;
}

/** Makes an empty folder outside the checkout. */
export function makeWorkspace(): Workspace {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'segue-cli-'));
  return {
    folder,
    write(name, content) {
      const text =
        typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content);
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
      return name;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
