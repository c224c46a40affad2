import { createHmac, timingSafeEqual } from 'node:crypto';

/** `value.signature`: a cookie that only this installation can have made. */
export function signValue(signingKey: Buffer, value: string): string {
  return `${value}.${signature(signingKey, value)}`;
}

/** The value of a signed text, or null when the signature is not ours. */
export function readSignedValue(signingKey: Buffer, text: string): string | null {
  const dot = text.lastIndexOf('.');
  if (dot < 0) return null;
  const value = text.slice(0, dot);
  const given = Buffer.from(text.slice(dot + 1));
  const expected = Buffer.from(signature(signingKey, value));
  return given.length === expected.length && timingSafeEqual(given, expected) ? value : null;
}

function signature(signingKey: Buffer, value: string): string {
  return createHmac('sha256', signingKey).update(value).digest('base64url');
}
