import { spawn } from 'node:child_process';
import type { ServerUser } from './server-user';

export interface ProgramResult {
  readonly code: number;
  readonly output: string;
}

/**
 * Runs one of PostgreSQL's programs to its end. `quiet` gives it no pipes: a server that it leaves behind would keep them
 * open and this call would never return. The working folder is `/`, which every user may enter.
 */
export function runProgram(
  program: string,
  args: readonly string[],
  options: { user: ServerUser | null; quiet?: boolean },
): Promise<ProgramResult> {
  const child = spawn(program, args, {
    cwd: process.platform === 'win32' ? undefined : '/',
    stdio: options.quiet ? 'ignore' : ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
    ...(options.user === null ? {} : { uid: options.user.uid, gid: options.user.gid }),
  });
  let output = '';
  const collect = (chunk: Buffer) => {
    output += chunk.toString('utf8');
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
