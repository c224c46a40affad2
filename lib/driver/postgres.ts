import postgres from 'postgres';

/** What this module touches of the driver's own queries. */
interface DriverQuery {
  resolve: (result: unknown) => void;
  handle(): Promise<void>;
  executed: boolean;
}

/**
 * Takes the holes out of what the driver answers. A query that fails, or whose connection is lost, while its rows come in leaves
 * their number behind; the next query on that connection then gets its own rows behind as many holes, and whoever takes the first
 * one takes nothing for the answer (postgres.js 3.4.9, its issues 1119 and 1181). Results never hold `undefined` otherwise.
 */
function withoutHoles(result: unknown): unknown {
  if (!Array.isArray(result)) return result;
  // Several statements in one message answer with a list of results; a result itself knows its count.
  if (!('count' in result)) return result.map(withoutHoles);
  const first = result.findIndex((_, at) => at in result);
  if (first > 0) result.splice(0, first);
  return result;
}

function mend(query: DriverQuery): void {
  const { handle } = query;
  query.handle = function (this: DriverQuery) {
    if (!this.executed) {
      const { resolve } = this;
      this.resolve = (result) => resolve(withoutHoles(result));
    }
    return handle.call(this);
  };
}

// A query that nobody waits for is never sent; its prototype is the one of all queries of this process.
mend(Object.getPrototypeOf(postgres({ host: 'localhost', username: 'nobody', max: 1 })``));

export { postgres };
