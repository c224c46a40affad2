// A worker in a process of its own, to be killed. It starts ahead of time and gets its work by a line on stdin; with `hold`
// it waits at every event for a line, so that it can be killed exactly there.
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { SegueError } from '@/lib/core/errors';
import { runMove } from '@/lib/engine/run-move';
import { openTarget } from '@/lib/engine/target';

const orderSchema = z.object({ url: z.string(), rolloutId: z.string(), hold: z.boolean() });
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const say = (message: object): void => {
  process.stdout.write(`${JSON.stringify(message)}\n`);
};

say({ ready: true });
const first = await lines.next();
if (first.done !== true) {
  const order = orderSchema.parse(JSON.parse(first.value));
  const target = openTarget({ url: order.url, applicationName: 'worker process' });
  try {
    const outcome = await runMove(target, {
      rolloutId: order.rolloutId,
      owner: `process ${process.pid}`,
      onEvent: async (event) => {
        say({ event });
        if (order.hold) await lines.next();
      },
    });
    say({ outcome });
  } catch (error) {
    const code = error instanceof SegueError ? error.code : 'internal';
    say({ error: { code, message: error instanceof Error ? error.message : String(error) } });
  }
  await target.close(0);
}
process.exit(0);
