// A worker in a process of its own, to be killed: works on one rollout and says what happens, a JSON line each.
import { z } from 'zod';
import { SegueError } from '@/lib/core/errors';
import { runMove } from '@/lib/engine/run-move';
import { openTarget } from '@/lib/engine/target';

const [, , url = '', rolloutId = ''] = process.argv;
z.url().parse(url);
const target = openTarget({ url });
const say = (event: object): void => {
  process.stdout.write(`${JSON.stringify(event)}\n`);
};
try {
  say({ outcome: await runMove(target, { rolloutId, owner: `process ${process.pid}`, onEvent: say }) });
} catch (error) {
  const code = error instanceof SegueError ? error.code : null;
  say({ error: { code, message: error instanceof Error ? error.message : String(error) } });
}
await target.close();
