import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SegueError } from '@/lib/core/errors';

const KEY_BYTES = 32;
const KEY_FILE = 'key';

export interface EncryptionKey {
  /** Not secret: tells which key a text was encrypted with. */
  readonly id: string;
  readonly encryption: Buffer;
  /** Signs the cookie that carries a person's id. */
  readonly signing: Buffer;
}

/**
 * The installation's key: SEGUE_KEY (32 bytes as base64 or hex), else the file `key` under `dataDir`, made with mode 0600 at
 * the first call. Of two processes that start at once one makes the file and both read it. Throws `invalid_input` for a
 * SEGUE_KEY or a file that is no key.
 */
export function loadEncryptionKey(dataDir: string, environment = process.env.SEGUE_KEY): EncryptionKey {
  if (environment !== undefined && environment !== '') return derive(parseKey(environment, 'SEGUE_KEY'));
  const file = path.join(dataDir, KEY_FILE);
  return derive(parseKey(readKeyFile(file) ?? makeKeyFile(file), file));
}

function readKeyFile(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw new SegueError('invalid_input', `The key file "${file}" cannot be read.`, {
      object: file,
      next: 'Run Segue as the user who started it first, or set SEGUE_KEY.',
      cause,
    });
  }
}

function makeKeyFile(file: string): string {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o755 });
  const text = `${randomBytes(KEY_BYTES).toString('base64')}\n`;
  try {
    writeFileSync(file, text, { mode: 0o600, flag: 'wx', flush: true });
    return text;
  } catch (error) {
    const rival = readKeyFile(file);
    if (rival === null) throw error;
    return rival;
  }
}

function parseKey(text: string, source: string): Buffer {
  const trimmed = text.trim();
  const key = /^[0-9a-f]{64}$/i.test(trimmed) ? Buffer.from(trimmed, 'hex') : Buffer.from(trimmed, 'base64');
  if (key.length === KEY_BYTES) return key;
  throw new SegueError('invalid_input', `${source} is not a key: it must be 32 bytes as base64 or hex.`, {
    object: source,
    next: 'Make one with: openssl rand -base64 32',
  });
}

function derive(key: Buffer): EncryptionKey {
  const part = (purpose: string) => Buffer.from(hkdfSync('sha256', key, 'segue', purpose, KEY_BYTES));
  return {
    id: createHash('sha256').update(part('key id')).digest('hex').slice(0, 12),
    encryption: part('encryption'),
    signing: part('signing'),
  };
}
