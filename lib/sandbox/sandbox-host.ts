import { controlDatabaseUrl, usesEmbeddedServer } from '@/lib/postgres/control-database';
import { startEmbeddedServer } from '@/lib/postgres/embedded-server';
import { type TrafficRunner, trafficRunner } from './traffic/traffic-runner';

/** What the sandbox needs around it. */
export interface SandboxHost {
  /** A role that may create databases and roles, on the server that takes the sandbox. */
  adminUrl(): Promise<string>;
  readonly traffic: TrafficRunner;
}

declare global {
  // One process holds several copies of this module (page, route, instrumentation); they share one traffic.
  var segueSandboxTraffic: TrafficRunner | undefined;
}

/** This process's host: the embedded server, or that of DATABASE_URL. */
export function processHost(): SandboxHost {
  globalThis.segueSandboxTraffic ??= trafficRunner();
  return {
    adminUrl: async () => (usesEmbeddedServer() ? (await startEmbeddedServer()).url : controlDatabaseUrl()),
    traffic: globalThis.segueSandboxTraffic,
  };
}
