import type { RunningServer } from '@/lib/postgres/server';
import { discardServer, startTemporaryServer, sweepAbandonedServers } from '@/lib/postgres/temporary-server';
import { serverVariable, TEST_MAJORS } from './test-majors';

/** Vitest's global setup of the project `postgres`: one server for each major, stopped and deleted at the end. */
export default async function startServers(): Promise<() => Promise<void>> {
  await sweepAbandonedServers();
  const servers: RunningServer[] = [];
  const discardAll = async () => {
    for (const server of servers) await discardServer(server);
  };
  try {
    for (const major of TEST_MAJORS) {
      const server = await startTemporaryServer(major);
      servers.push(server);
      process.env[serverVariable(major)] = server.url;
    }
  } catch (error) {
    await discardAll();
    throw error;
  }
  return discardAll;
}
