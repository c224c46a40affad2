import { UsageError } from './usage-error.mjs';

/**
 * @typedef {object} StartOptions
 * @property {boolean} dev
 * @property {string} host
 * @property {number} port
 */

/**
 * Reads the arguments of `npm start` with HOST and PORT. Throws UsageError; a HOST beyond loopback is one while Segue has no
 * accounts.
 * @param {readonly string[]} args
 * @param {Readonly<Record<string, string | undefined>>} environment
 * @returns {StartOptions}
 */
export function readStartOptions(args, environment) {
  const unknown = args.find((arg) => arg !== '--dev');
  if (unknown !== undefined) throw new UsageError(`Unknown argument "${unknown}". Known: --dev.`);
  const host = environment.HOST || '127.0.0.1';
  if (!isLoopback(host)) {
    throw new UsageError(
      `HOST is "${host}", but Segue has no accounts yet: whoever reaches it can change your databases.\n` +
        'It listens on this machine only. Unset HOST, or reach it from elsewhere through an SSH tunnel:\n' +
        '  ssh -L 3000:127.0.0.1:3000 <this machine>',
    );
  }
  const port = Number(environment.PORT || '3000');
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new UsageError(`PORT is "${environment.PORT}". Set it to a number from 1 to 65535.`);
  }
  return { dev: args.includes('--dev'), host, port };
}

/**
 * @param {string} host
 * @returns {boolean}
 */
export function isLoopback(host) {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * @param {string} host
 * @param {number} port
 */
export function urlOf(host, port) {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
