import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { SegueError } from '@/lib/core/errors';
import { loadEncryptionKey } from './encryption-key';
import { hidePassword, withoutPassword } from './hide-password';
import { decryptText, encryptText } from './secret-text';

const folder = mkdtempSync(path.join(tmpdir(), 'segue-key-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const URL = 'postgres://ada:s3cr%40t@db.example:5433/shop?sslmode=require';

describe('a secret', () => {
  const key = loadEncryptionKey(folder, 'a'.repeat(64));

  it('comes back with the same key and the same owner only', () => {
    const secret = encryptText(key, 'row-1', URL);
    expect(secret).not.toContain('s3cr');
    expect(encryptText(key, 'row-1', URL)).not.toBe(secret);
    expect(decryptText(key, 'row-1', secret, 'shop')).toBe(URL);
    expect(() => decryptText(key, 'row-2', secret, 'shop')).toThrow('The stored URL of "shop" is damaged.');
  });

  it('read with another key names both keys and the way out', () => {
    const other = loadEncryptionKey(folder, 'b'.repeat(64));
    expect(() => decryptText(other, 'row-1', encryptText(key, 'row-1', URL), 'shop')).toThrow(
      `The URL of "shop" was encrypted with key ${key.id}; this Segue runs with key ${other.id}.`,
    );
  });
});

describe('the key', () => {
  it('is made once, readable by its owner only', () => {
    const data = path.join(folder, 'data');
    const first = loadEncryptionKey(data, '');
    expect(loadEncryptionKey(data, '').id).toBe(first.id);
    expect(statSync(path.join(data, 'key')).mode & 0o777).toBe(0o600);
  });

  it('may be hex or base64 of 32 bytes, nothing else', () => {
    const hex = loadEncryptionKey(folder, 'ab'.repeat(32));
    expect(loadEncryptionKey(folder, Buffer.from('ab'.repeat(32), 'hex').toString('base64')).id).toBe(hex.id);
    expect(() => loadEncryptionKey(folder, 'short')).toThrow(SegueError);
  });
});

describe('a URL that is shown', () => {
  it('has no password and no parameters', () => {
    expect(hidePassword(URL)).toBe('postgres://ada@db.example:5433/shop');
  });

  it('is taken out of messages, in clear and encoded', () => {
    expect(withoutPassword('no: s3cr@t or s3cr%40t', URL)).toBe('no: *** or ***');
  });
});
