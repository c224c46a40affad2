// The command line as a person starts it: time from a cold start and peak memory of whole processes. Options: --runs n, --only part of a case's name.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { changesFile, newTablesFile, writeHistory } from './support/cli-files';
import { median } from './support/percentile';
import { writeResult } from './support/write-result';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '7' }, only: { type: 'string', default: '' } },
});
const runs = Number(values.runs);
const FILES = 300;

const root = path.resolve(import.meta.dirname, '..');
const preload = path.join(root, 'bench', 'support', 'report-peak.mjs');

interface OneRun {
  readonly ms: number;
  readonly cpuMs: number;
  readonly peakMb: number;
}

/** Starts `segue` and waits for its end. Throws where it ends otherwise than it must: what fails early would look fast. */
async function runOnce(args: readonly string[], code: number, holds: string): Promise<OneRun> {
  const began = performance.now();
  const child = spawn(process.execPath, ['--import', preload, path.join(root, 'bin', 'segue.mjs'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const written = ['', '', ''];
  for (const [at, stream] of [child.stdout, child.stderr, child.stdio[3]].entries())
    stream?.on('data', (part: Buffer) => {
      written[at] += part.toString();
    });
  const ended = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const ms = performance.now() - began;
  const [stdout = '', stderr = '', report = ''] = written;
  if (ended !== code || !stdout.includes(holds))
    throw new Error(
      `segue ${args.join(' ')} ended with ${ended}: ${stderr.slice(0, 500)}${stdout.slice(0, 500)}`,
    );
  const { peakKb, cpuMs } = JSON.parse(report) as { peakKb: number; cpuMs: number };
  return { ms, cpuMs, peakMb: peakKb / 1024 };
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'segue-cli-'));
try {
  const history = path.join(folder, 'drizzle');
  const { last, answers } = writeHistory(history, FILES);
  const write = (name: string, text: string): string => {
    writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };
  const changes = write('changes.sql', changesFile(2000, FILES));
  const tables = write('tables.sql', newTablesFile(500));
  const manyTables = write('many-tables.sql', newTablesFile(1000));
  const given = answers.flatMap((answer) => ['--answer', answer]);
  const cases = [
    {
      name: 'lint: 2,000 statements on 300 tables',
      args: ['lint', changes, '--after', history],
      code: 1,
      holds: 'create-index',
    },
    {
      name: 'lint: 500 new tables (2,000 statements)',
      args: ['lint', tables, '--after', history],
      code: 0,
      holds: '0 errors',
    },
    {
      name: 'lint: 1,000 new tables (4,000 statements)',
      args: ['lint', manyTables, '--after', history],
      code: 0,
      holds: '0 errors',
    },
    {
      name: 'plan: one file after 300',
      args: ['plan', last, '--after', history, ...given],
      code: 0,
      holds: 'Retire',
    },
    {
      name: 'plan: 500 new tables after 300 files',
      args: ['plan', tables, '--after', history],
      code: 0,
      holds: 'new_table_499',
    },
    {
      name: 'plan: 1,000 new tables after 300 files',
      args: ['plan', manyTables, '--after', history],
      code: 0,
      holds: 'new_table_999',
    },
  ].filter(({ name }) => name.includes(values.only));
  const results = [];
  for (const { name, args, code, holds } of cases) {
    // The first one warms the disk's cache only: every run compiles and loads everything itself.
    await runOnce(args, code, holds);
    const taken: OneRun[] = [];
    for (let run = 0; run < runs; run += 1) taken.push(await runOnce(args, code, holds));
    const of = (pick: (run: OneRun) => number) => Math.round(median(taken.map(pick)));
    results.push({
      name,
      runs,
      medianMs: of(({ ms }) => ms),
      longestMs: Math.round(Math.max(...taken.map(({ ms }) => ms))),
      medianCpuMs: of(({ cpuMs }) => cpuMs),
      peakMb: Math.round(Math.max(...taken.map(({ peakMb }) => peakMb))),
    });
  }
  writeResult('cli', 'none', { cases: results });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
