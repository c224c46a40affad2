import { fork } from 'node:child_process';
import path from 'node:path';
import { z } from 'zod';

const ROOT = path.resolve(import.meta.dirname, '..');
const answerSchema = z.object({ id: z.number(), error: z.string().optional(), result: z.unknown() });
const questionSchema = z.object({ id: z.number(), command: z.unknown() });

/** Sends a command to a process and resolves with its answer; rejects with its error, or when the process has ended. */
export type Ask = (command: object) => Promise<unknown>;

/** Starts a TypeScript file as a process of its own, which calls `answerCommands`. It ends with this one at the latest. */
export function askProcess(file: string): Ask {
  const child = fork(path.join(ROOT, 'scripts', 'run-typescript.mjs'), [file], { cwd: ROOT, execArgv: [] });
  const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  let sequence = 0;
  // The process listens from the moment its modules are loaded; messages wait until then.
  child.on('message', (message) => {
    const { id, error, result } = answerSchema.parse(message);
    const call = waiting.get(id);
    waiting.delete(id);
    if (error !== undefined) call?.reject(new Error(error));
    else call?.resolve(result);
  });
  child.on('exit', (code) => {
    for (const call of waiting.values())
      call.reject(new Error(`the process of ${path.basename(file)} ended with ${code}`));
    waiting.clear();
  });
  return (command) =>
    new Promise((resolve, reject) => {
      if (!child.connected) {
        reject(new Error(`the process of ${path.basename(file)} has ended`));
        return;
      }
      sequence += 1;
      waiting.set(sequence, { resolve, reject });
      child.send({ id: sequence, command }, (error) => error !== null && reject(error));
    });
}

/** The other end: answers each command. With `last` the process lets go of its parent; it also ends when the parent does. */
export function answerCommands<T>(
  schema: z.ZodType<T>,
  answer: (command: T) => Promise<unknown>,
  last: (command: T) => boolean,
): void {
  process.on('message', (message) => {
    const { id, command: sent } = questionSchema.parse(message);
    const command = schema.parse(sent);
    answer(command).then(
      (result) => {
        process.send?.({ id, result: result ?? null });
        if (last(command)) process.disconnect();
      },
      (error: unknown) =>
        process.send?.({
          id,
          error: error instanceof Error ? (error.stack ?? error.message) : String(error),
        }),
    );
  });
  process.on('disconnect', () => process.exit(0));
}
