import { describe, expect, it } from 'vitest';
import { isKnownHost } from './known-host';

describe('isKnownHost', () => {
  it.each(['127.0.0.1', '127.0.0.1:3000', 'localhost:80', 'LOCALHOST', '[::1]:3000', '[::1]'])(
    'knows %s',
    (host) => {
      expect(isKnownHost(host)).toBe(true);
    },
  );

  it.each([
    null,
    '',
    'evil.example',
    'localhost.evil.example',
    'evil.example:3000',
    '127.0.0.1.evil.example',
    'localhost:3000:1',
    'user@localhost',
    '10.0.0.1',
  ])('refuses %j', (host) => {
    expect(isKnownHost(host)).toBe(false);
  });

  it('knows the names that were added, and no part of them', () => {
    expect(isKnownHost('segue.internal:8080', 'other, Segue.internal')).toBe(true);
    expect(isKnownHost('internal', 'other, segue.internal')).toBe(false);
    expect(isKnownHost('evil.example', ',')).toBe(false);
  });
});
