import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch (error) {
    // Outside a checkout a result is still a result.
    if (error instanceof Error) return 'unknown';
    throw error;
  }
}

/** Writes a benchmark's figures, with the machine and the versions they hold for, to bench/results/<name>.json. */
export function writeResult(name: string, serverVersion: string, figures: Record<string, unknown>): void {
  const folder = path.resolve(import.meta.dirname, '..', 'results');
  mkdirSync(folder, { recursive: true });
  const machine = {
    cpu: os.cpus()[0]?.model ?? 'unknown',
    cores: os.cpus().length,
    memoryGb: Math.round(os.totalmem() / 2 ** 30),
    os: `${os.type()} ${os.release()}`,
    /** Runnable processes over the last minute when it ended: above the number of cores others were at work too. */
    loadAverage: Number((os.loadavg()[0] ?? 0).toFixed(1)),
  };
  const result = {
    name,
    at: new Date().toISOString(),
    commit: commit(),
    machine,
    versions: { node: process.version, postgres: serverVersion },
    ...figures,
  };
  const file = path.join(folder, `${name}.json`);
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  process.stdout.write(`${JSON.stringify(result, null, 2)}\nwrote ${file}\n`);
}
