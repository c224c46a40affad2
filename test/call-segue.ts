import { vi } from 'vitest';
import { main } from '@/lib/cli/main';
import { type CliResult, cliResult } from './run-segue';

/** Runs the command line in this process: no start-up time. stdout and stderr are caught. */
export async function callSegue(args: readonly string[], cwd: string): Promise<CliResult> {
  let stdout = '';
  let stderr = '';
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += String(text);
    return true;
  });
  const err = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += String(text);
    return true;
  });
  try {
    const code = await main(args, cwd);
    return cliResult(code, stdout, stderr);
  } finally {
    out.mockRestore();
    err.mockRestore();
  }
}
