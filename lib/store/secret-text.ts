import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { SegueError } from '@/lib/core/errors';
import type { EncryptionKey } from './encryption-key';

const FORMAT = 'v1';
const IV_BYTES = 12;

/** Encrypts with AES-256-GCM. `owner` (the row's id) is authenticated too, so that a secret cannot be moved to another row. */
export function encryptText(key: EncryptionKey, owner: string, text: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key.encryption, iv);
  cipher.setAAD(Buffer.from(owner, 'utf8'));
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return [FORMAT, key.id, ...[iv, cipher.getAuthTag(), body].map((part) => part.toString('base64url'))].join(
    ':',
  );
}

/** The way back. Throws `connection_failed` naming `object` when another key was used or the text was changed. */
export function decryptText(key: EncryptionKey, owner: string, secret: string, object: string): string {
  const [format, keyId, iv = '', tag = '', body = ''] = secret.split(':');
  if (format !== FORMAT || keyId !== key.id) {
    throw new SegueError(
      'connection_failed',
      `The URL of "${object}" was encrypted with key ${keyId ?? '(unknown)'}; this Segue runs with key ${key.id}.`,
      {
        object,
        next: 'Start Segue with the former SEGUE_KEY or key file, or remove the database and add it again.',
      },
    );
  }
  try {
    const decipher = createDecipheriv('aes-256-gcm', key.encryption, Buffer.from(iv, 'base64url'));
    decipher.setAAD(Buffer.from(owner, 'utf8'));
    decipher.setAuthTag(Buffer.from(tag, 'base64url'));
    return Buffer.concat([decipher.update(Buffer.from(body, 'base64url')), decipher.final()]).toString(
      'utf8',
    );
  } catch (cause) {
    throw new SegueError('connection_failed', `The stored URL of "${object}" is damaged.`, {
      object,
      next: 'Remove the database and add it again.',
      cause,
    });
  }
}
