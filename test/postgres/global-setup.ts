import type { Major } from '@/lib/postgres/binaries';
import { discardServer, startTemporaryServer, sweepAbandonedServers } from '@/lib/postgres/temporary-server';
import { serverVariable, TEST_MAJORS } from './test-majors';

/** Vitest's global setup of the project `postgres`: one server for each major, stopped and deleted at the end. */
export default function startServers(): Promise<() => Promise<void>> {
  return startAll(TEST_MAJORS);
}

/** Starts a server for each of these majors, all at once, and says where they are; gives the way to discard them. */
export async function startAll(majors: readonly Major[]): Promise<() => Promise<void>> {
  await sweepAbandonedServers();
  const starts = await Promise.allSettled(majors.map((major) => startTemporaryServer(major, forMany(major))));
  const servers = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
  const discardAll = async () => {
    for (const server of servers) await discardServer(server);
  };
  const failed = starts.find((start) => start.status === 'rejected');
  if (failed !== undefined) {
    await discardAll();
    throw failed.reason;
  }
  for (const server of servers) process.env[serverVariable(server.major)] = server.url;
  return discardAll;
}

/** Thousands of sessions begin in a run: their passwords are random, and need not cost a guesser anything. */
const forMany = (major: Major): Readonly<Record<string, number>> =>
  major >= 16 ? { scram_iterations: 1 } : {};
