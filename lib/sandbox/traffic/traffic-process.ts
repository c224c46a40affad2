import type { CodeVersion } from '@/lib/views/sandbox-view';
import { orderMessage, type TrafficOrder, type TrafficReport } from './traffic-messages';
import { startVersionTraffic, type VersionTraffic } from './version-traffic';

/** The traffic's own process: takes orders from the app over IPC, reports each second, and ends with the app. */
const running = new Map<CodeVersion, VersionTraffic>();

function follow(order: TrafficOrder): void {
  for (const version of ['old', 'new'] as const) {
    const { url, on } = order[version];
    const present = running.get(version);
    if (on && present === undefined) running.set(version, startVersionTraffic(version, url, order.rate));
    if (!on && present !== undefined) {
      running.delete(version);
      present.stop().catch((error: unknown) => console.error(error));
    }
  }
}

process.on('message', (message) => follow(orderMessage.parse(message)));
process.on('disconnect', () => process.exit(0));
// A Ctrl-C in the terminal reaches every process there; the app decides when this one ends.
process.on('SIGINT', () => undefined);

setInterval(() => {
  const report: TrafficReport = {
    at: Math.round(Date.now() / 1000),
    samples: [...running.values()].map((traffic) => traffic.sample()),
  };
  process.send?.(report);
}, 1000);
