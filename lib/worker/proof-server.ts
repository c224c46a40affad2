import { SegueError } from '@/lib/core/errors';
import type { ProofServer } from '@/lib/core/proof';
import { postgres } from '@/lib/driver/postgres';
import { restrictedScratch } from '@/lib/engine/prove/restricted-scratch';
import { ScratchServer } from '@/lib/engine/prove/scratch';
import { EMBEDDED_MAJOR, findBinaries, type Major, SUPPORTED_MAJORS } from '@/lib/postgres/binaries';
import { serverUserFor } from '@/lib/postgres/server-user';
import { discardServer, startTemporaryServer, sweepAbandonedServers } from '@/lib/postgres/temporary-server';

/** A server for copies, until `close`, after which nothing is left of them. */
export interface OpenProofServer {
  readonly scratch: ScratchServer;
  readonly server: ProofServer;
  /** May be called twice. */
  close(): Promise<void>;
}

/** The URLs that the operator gave, separated by spaces. */
export const configuredServers = (value = process.env.SEGUE_SCRATCH_URL ?? ''): string[] =>
  value.split(/\s+/).filter((url) => url !== '');

/**
 * A server of the major that the database has: a configured one, else one of Segue's own where that major is installed; where neither is,
 * the first configured one, else the major that is shipped. Throws SegueError where there is none at all.
 */
export async function openProofServer(
  wantedMajor: number,
  urls = configuredServers(),
): Promise<OpenProofServer> {
  const majors = await Promise.all(urls.map(majorOf));
  const at = majors.indexOf(wantedMajor);
  const own = SUPPORTED_MAJORS.find((major) => major === wantedMajor && isInstalled(major));
  if (at < 0 && own !== undefined) return ownServer(own, wantedMajor);
  const url = urls[Math.max(at, 0)];
  if (url === undefined) return ownServer(EMBEDDED_MAJOR, wantedMajor);
  const scratch = new ScratchServer(url);
  return {
    scratch,
    server: { kind: 'configured', major: majors[Math.max(at, 0)] ?? 0, wantedMajor },
    close: once(() => scratch.close()),
  };
}

async function ownServer(major: Major, wantedMajor: number): Promise<OpenProofServer> {
  await sweepAbandonedServers();
  const running = await startTemporaryServer(major, { max_connections: 50 });
  const discard = once(() => discardServer(running));
  try {
    const scratch = await restrictedScratch(running.url);
    return {
      scratch,
      server: { kind: 'own', major, wantedMajor },
      // Its databases go with it.
      close: once(async () => {
        await scratch.leave();
        await discard();
      }),
    };
  } catch (error) {
    await discard();
    throw error;
  }
}

function isInstalled(major: Major): boolean {
  try {
    findBinaries(major, serverUserFor('/'));
    return true;
  } catch (error) {
    if (error instanceof SegueError && error.code === 'unsupported') return false;
    throw error;
  }
}

async function majorOf(url: string): Promise<number> {
  let sql: postgres.Sql | undefined;
  try {
    sql = postgres(url, { max: 1, connect_timeout: 10, fetch_types: false, onnotice: () => undefined });
    const [row] = await sql<
      { version: number }[]
    >`select current_setting('server_version_num')::int as version`;
    return Math.floor((row?.version ?? 0) / 10_000);
  } catch (cause) {
    throw new SegueError(
      'connection_failed',
      `SEGUE_SCRATCH_URL cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`,
      { object: 'SEGUE_SCRATCH_URL', next: 'Correct it.', cause },
    );
  } finally {
    await sql?.end({ timeout: 5 });
  }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null;
  return () => {
    done ??= work();
    return done;
  };
}
