import net from 'node:net';
import { followWork, type WorkFollower } from './lasting-work';

/**
 * How a COMMIT is cut. `never_arrives`: the server does not get it and rolls back. `answer_lost`: it commits, and nobody is
 * told. `late`: the client's connection is gone first, and the server commits a moment later.
 */
export type CommitCut = 'never_arrives' | 'answer_lost' | 'late';

/** A network between a client and one PostgreSQL server, to be broken on purpose. */
export interface TcpProxy {
  readonly port: number;
  /** The same database, by way of this proxy. */
  through(url: string): string;
  /** Sends new connections to another server: a name that follows a fail-over. */
  pointTo(url: string): void;
  /** Resets all connections. Returns how many there were. */
  cut(): number;
  /** Holds back every byte for so long, in both directions. */
  delay(ms: number): void;
  /** Half-open: connections stay, what is sent goes nowhere; new ones are accepted and never answered. */
  freeze(): void;
  /** No delay, no freezing. What was sent meanwhile is lost, as are the connections that it was sent on. */
  thaw(): void;
  /** Cuts at the next COMMIT of such work ({@link followWork}), once. Returns what work it was; null while it has not come to that. */
  cutCommit(how: CommitCut, concerns: (work: string) => boolean): () => string | null;
  close(): Promise<void>;
}

const LATE_MS = 150;
/** ReadyForQuery, outside a transaction: the answer to a COMMIT is complete. */
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

interface Link {
  readonly client: net.Socket;
  readonly server: net.Socket;
  readonly follower: WorkFollower;
  /** What of the client's next message has arrived. */
  pending: Buffer;
  started: boolean;
  /** Data of a frozen time is lost: nothing that follows on the same connection could be understood. */
  broken: boolean;
  cutting: CommitCut | null;
}

interface Cut {
  readonly how: CommitCut;
  readonly concerns: (work: string) => boolean;
  done: string | null;
}

/** Takes whole messages of the protocol's client side off the front. */
function takeMessages(link: Link, chunk: Buffer): Buffer[] {
  link.pending = Buffer.concat([link.pending, chunk]);
  const messages: Buffer[] = [];
  for (;;) {
    const head = link.started ? 1 : 0;
    if (link.pending.length < head + 4) return messages;
    const length = head + link.pending.readInt32BE(head);
    if (link.pending.length < length) return messages;
    messages.push(link.pending.subarray(0, length));
    link.pending = link.pending.subarray(length);
    link.started = true;
  }
}

/** Starts a proxy on a free port of this machine. Whoever opens it closes it. Clients connect without TLS. */
export async function openTcpProxy(upstreamUrl: string): Promise<TcpProxy> {
  let upstream = new URL(upstreamUrl);
  const links = new Set<Link>();
  const strays = new Set<net.Socket>();
  let delayMs = 0;
  let frozen = false;
  let cut: Cut | null = null;

  const end = (link: Link): void => {
    links.delete(link);
    link.client.resetAndDestroy();
    link.server.destroy();
  };
  const send = (to: net.Socket, data: Buffer): void => {
    if (delayMs === 0) to.write(data);
    else setTimeout(() => to.write(data), delayMs);
  };

  const fromClient = (link: Link, chunk: Buffer): void => {
    if (frozen) link.broken = true;
    if (link.broken) return;
    const messages = takeMessages(link, chunk);
    for (const [index, message] of messages.entries()) {
      const work = link.follower.next(message);
      if (work !== null && cut !== null && cut.done === null && cut.concerns(work)) {
        cut.done = work;
        link.cutting = cut.how;
        if (cut.how === 'never_arrives') {
          end(link);
          return;
        }
        if (cut.how === 'late') {
          // Bind, Execute and Sync belong to the COMMIT; they arrive when the client is long gone.
          const late = Buffer.concat(messages.slice(index));
          link.client.resetAndDestroy();
          setTimeout(() => {
            link.server.write(late);
            setTimeout(() => end(link), LATE_MS);
          }, LATE_MS);
          return;
        }
      }
      send(link.server, message);
    }
  };
  const fromServer = (link: Link, chunk: Buffer): void => {
    if (frozen) link.broken = true;
    if (link.broken || link.cutting === 'late') return;
    if (link.cutting === 'answer_lost') {
      if (chunk.subarray(-READY.length).equals(READY)) end(link);
      return;
    }
    send(link.client, chunk);
  };

  const listener = net.createServer((client) => {
    client.on('error', () => undefined);
    if (frozen) {
      strays.add(client);
      return;
    }
    const server = net.connect(Number(upstream.port), upstream.hostname);
    const link: Link = {
      client,
      server,
      follower: followWork(),
      pending: Buffer.alloc(0),
      started: false,
      broken: false,
      cutting: null,
    };
    links.add(link);
    client.setNoDelay(true);
    server.setNoDelay(true);
    server.on('error', () => client.resetAndDestroy());
    client.on('data', (chunk) => fromClient(link, chunk));
    server.on('data', (chunk) => fromServer(link, chunk));
    client.on('close', () => {
      // A half-open connection is one whose end the other side does not hear of.
      if (frozen || link.cutting === 'late') return;
      links.delete(link);
      server.destroy();
    });
    server.on('close', () => {
      if (!frozen) end(link);
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy listens on no port');
  const cutAll = (): number => {
    const count = links.size;
    for (const link of [...links]) end(link);
    return count;
  };

  return {
    port: address.port,
    through: (url) => {
      const changed = new URL(url);
      changed.port = String(address.port);
      return changed.href;
    },
    pointTo: (url) => {
      upstream = new URL(url);
    },
    cut: cutAll,
    delay: (ms) => {
      delayMs = ms;
    },
    freeze: () => {
      frozen = true;
    },
    thaw: () => {
      frozen = false;
      delayMs = 0;
      for (const client of strays) client.resetAndDestroy();
      strays.clear();
      for (const link of [...links]) if (link.broken || link.client.destroyed) end(link);
    },
    cutCommit: (how, concerns) => {
      const mine: Cut = { how, concerns, done: null };
      cut = mine;
      return () => mine.done;
    },
    close: async () => {
      cutAll();
      for (const client of strays) client.resetAndDestroy();
      await new Promise<void>((resolve) => listener.close(() => resolve()));
    },
  };
}
