/** Follows what a client sends on one connection, so far that it is known which message makes its work last. */
export interface WorkFollower {
  /**
   * For a message with which the server commits something: the statements that are committed, with the values that they are given;
   * null for any other. That is a COMMIT, or a statement that writes by itself: a batch of a backfill, an index build.
   */
  next(message: Buffer): string | null;
}

const QUERY = 0x51;
const PARSE = 0x50;
const BIND = 0x42;

const READS =
  /^\s*(select|with|show|set|reset|prepare|explain|lock|begin|rollback|discard|deallocate|listen)\b/i;
const WRITES = /\b(insert\s+into|update|delete\s+from)\b/i;
/** It comes by the clock, and nothing hangs on it. */
const HEARTBEAT = /^\s*update segue\.leases set heartbeat_at/i;

/** A step's statements come in one message, of which the first may well only read. */
const writes = (statement: string): boolean => !READS.test(statement) || WRITES.test(statement);

/** Zero-terminated text, and where the next begins. */
function textAt(message: Buffer, from: number): readonly [string, number] {
  const end = message.indexOf(0, from);
  return [message.toString('utf8', from, end), end + 1];
}

/** A follower for a connection that has just been opened. */
export function followWork(): WorkFollower {
  const prepared = new Map<string, string>();
  let transaction: string[] | null = null;

  /** The statement that a message runs, with its values. */
  const statementOf = (message: Buffer): { readonly text: string; readonly values: string } | null => {
    if (message[0] === QUERY) return { text: textAt(message, 5)[0], values: '' };
    if (message[0] === PARSE) {
      const [name, from] = textAt(message, 5);
      prepared.set(name, textAt(message, from)[0]);
    }
    if (message[0] !== BIND) return null;
    const [name, from] = textAt(message, textAt(message, 5)[1]);
    return { text: prepared.get(name) ?? '', values: message.toString('latin1', from) };
  };

  return {
    next: (message) => {
      const statement = statementOf(message);
      if (statement === null) return null;
      const { text, values } = statement;
      if (/^\s*(begin|start transaction)\b/i.test(text)) transaction = [];
      else if (/^\s*(commit|end)\b/i.test(text)) {
        const work = transaction ?? [];
        transaction = null;
        return work.some(writes) ? work.join('\n') : null;
      } else if (/^\s*rollback\b(?! to)/i.test(text)) transaction = null;
      else if (transaction !== null) transaction.push(`${text} ${values}`);
      else if (writes(text) && !/^\s*prepare\b/i.test(text) && !HEARTBEAT.test(text))
        return `${text} ${values}`;
      return null;
    },
  };
}

/** The same for the same work in another try: without numbers, identities and whatever is no text. */
export const nameOfWork = (work: string): string => work.replace(/[0-9a-f-]{8,}|\d+|[^\x20-\x7e]/g, '');
