import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import pg from 'pg';

/** A pooler in front of a real server, as PgBouncer behaves: see {@link startFakePooler}. */
export interface FakePooler {
  readonly url: string;
  stop(): Promise<void>;
}

interface Backend {
  readonly socket: Duplex;
  /** Who gets the answers; null: free. */
  client: Socket | null;
  /** Queries without an answer yet. */
  open: number;
}

const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);
const AUTHENTICATED = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0]);

/**
 * Answers for the server at `url`, with a few sessions of its own, and drops the settings that clients ask for at their
 * start. `transaction`: each transaction gets the session that has been free for longest (`spread`) or shortest.
 * `session`: a client keeps its session until it goes.
 */
export async function startFakePooler(
  url: string,
  mode: 'transaction' | 'session',
  options: { readonly sessions?: number; readonly spread?: boolean } = {},
): Promise<FakePooler> {
  const backends: Backend[] = [];
  for (let i = 0; i < (options.sessions ?? 4); i += 1) backends.push(await openBackend(url));
  const free = [...backends];
  const waiting: (() => void)[] = [];

  const release = (backend: Backend): void => {
    backend.client = null;
    if (options.spread === true) free.push(backend);
    else free.unshift(backend);
    waiting.shift()?.();
  };
  for (const backend of backends) {
    const read = messageReader();
    backend.socket.on('data', (data: Buffer) => {
      backend.client?.write(data);
      for (const message of read(data)) {
        if (message.type !== 'Z') continue;
        backend.open -= 1;
        if (mode === 'transaction' && backend.open === 0 && message.body[0] === 0x49) release(backend);
      }
    });
  }

  const clients = new Set<Socket>();
  const server = createServer((client) => {
    clients.add(client);
    let mine: Backend | null = null;
    let started = false;
    const read = messageReader();
    const forward = async (data: Buffer): Promise<void> => {
      if (mine === null || mine.client !== client) {
        while (free.length === 0) await new Promise<void>((resolve) => waiting.push(resolve));
        mine = free.shift() ?? null;
        if (mine === null) return;
        mine.client = client;
      }
      mine.open += read(data).filter(({ type }) => type === 'Q' || type === 'S').length;
      mine.socket.write(data);
    };
    let turn: Promise<void> = Promise.resolve();
    client.on('data', (data: Buffer) => {
      if (!started) {
        // SSLRequest: no. Anything else is a start, whose settings are dropped.
        if (data.readInt32BE(4) === 80877103) return void client.write('N');
        started = true;
        return void client.write(Buffer.concat([AUTHENTICATED, READY]));
      }
      // Terminate ends the client, never the session.
      if (data[0] === 0x58) return void client.end();
      turn = turn.then(() => forward(data));
    });
    client.on('error', () => undefined);
    client.on('close', () => {
      clients.delete(client);
      if (mine?.client === client && mode === 'session') release(mine);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const through = new URL(url);
  through.hostname = '127.0.0.1';
  through.port = String(typeof address === 'object' ? address?.port : '');
  return {
    url: through.href,
    async stop() {
      for (const socket of [...clients, ...backends.map(({ socket }) => socket)]) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A session that is logged in already, as its bare socket. */
async function openBackend(url: string): Promise<Backend> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const socket = client.connection.stream;
  socket.removeAllListeners();
  socket.on('error', () => undefined);
  return { socket, client: null, open: 0 };
}

/** Reads the protocol's messages from chunks that may end anywhere. */
function messageReader(): (chunk: Buffer) => { readonly type: string; readonly body: Buffer }[] {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const found: { type: string; body: Buffer }[] = [];
    while (rest.length >= 5 && rest.length > rest.readInt32BE(1)) {
      const end = 1 + rest.readInt32BE(1);
      found.push({ type: String.fromCharCode(rest[0] ?? 0), body: rest.subarray(5, end) });
      rest = rest.subarray(end);
    }
    return found;
  };
}
