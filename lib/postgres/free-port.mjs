// Plain JavaScript, on Node's standard library alone: `npm start` looks at its port before anything is installed.
import net from 'node:net';

/**
 * Why a TCP port cannot be bound right now, as the system's error code ("EADDRINUSE", "EACCES", …); null when it can.
 * @param {number} port
 * @param {string} host
 * @returns {Promise<string | null>}
 */
export function portProblem(port, host) {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once('error', (error) => resolve('code' in error ? String(error.code) : error.message));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(null)));
  });
}

/**
 * Whether a TCP port of the loopback address can be bound right now.
 * @param {number} port
 */
export async function isPortFree(port) {
  return (await portProblem(port, '127.0.0.1')) === null;
}

/**
 * A free loopback port below the range from which systems give ports to outgoing connections, so that it stays free.
 * @returns {Promise<number>}
 */
export async function freePort() {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    if (await isPortFree(port)) return port;
  }
  throw new Error('No free port between 20000 and 30000 on 127.0.0.1.');
}
