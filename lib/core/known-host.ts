const LOOPBACK_NAMES = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Whether a request's Host header names this server: a loopback name, or one of `extra` (comma-separated, as SEGUE_HOSTS).
 * A page elsewhere that points its own name at 127.0.0.1 (DNS rebinding) is told apart by this. Ports are not compared.
 */
export function isKnownHost(host: string | null, extra = ''): boolean {
  if (host === null) return false;
  const match = /^(\[[0-9a-f:]+\]|[^:]+)(:\d+)?$/i.exec(host.trim());
  const name = match?.[1]?.toLowerCase();
  if (name === undefined) return false;
  if (LOOPBACK_NAMES.has(name)) return true;
  return extra
    .split(',')
    .map((known) => known.trim().toLowerCase())
    .some((known) => known !== '' && known === name);
}
