import { expect, it } from 'vitest';
import { readSignedValue, signValue } from './signed-value';

const key = Buffer.alloc(32, 1);

it('comes back only unchanged and under the same key', () => {
  const signed = signValue(key, 'person-1');
  expect(readSignedValue(key, signed)).toBe('person-1');
  expect(readSignedValue(key, signed.replace('person-1', 'person-2'))).toBeNull();
  expect(readSignedValue(Buffer.alloc(32, 2), signed)).toBeNull();
  expect(readSignedValue(key, 'nothing')).toBeNull();
});
