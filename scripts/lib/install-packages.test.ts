import { describe, expect, it } from 'vitest';
import { recordSatisfies } from './install-packages.mjs';

const wanted = {
  '': { version: '0.1.0' },
  'node_modules/next': { version: '16.0.0' },
  'node_modules/vitest': { version: '4.0.0', dev: true },
  'node_modules/native-linux': { version: '1.0.0', optional: true, os: ['linux'], cpu: ['x64'] },
  'node_modules/native-darwin': { version: '1.0.0', optional: true, os: ['darwin'], cpu: ['x64'] },
  'node_modules/nobody-asks': { version: '1.0.0', extraneous: true },
};
const complete = {
  'node_modules/next': { version: '16.0.0' },
  'node_modules/vitest': { version: '4.0.0' },
  'node_modules/native-linux': { version: '1.0.0' },
};

const linux = { os: 'linux', cpu: 'x64' };

describe('recordSatisfies', () => {
  it('accepts an install without the packages of other platforms', () => {
    expect(recordSatisfies(wanted, complete, linux)).toBe(true);
  });

  it.each([
    ['a missing package', { ...complete, 'node_modules/next': undefined }],
    ['another version', { ...complete, 'node_modules/next': { version: '15.0.0' } }],
    ['no development packages', { ...complete, 'node_modules/vitest': undefined }],
    ['no package of this platform', { ...complete, 'node_modules/native-linux': undefined }],
    [
      'another version of an optional one',
      { ...complete, 'node_modules/native-linux': { version: '0.9.0' } },
    ],
    ['nothing', {}],
  ])('refuses %s', (_, installed) => {
    const entries = Object.entries(installed).flatMap(([key, entry]) =>
      entry ? [[key, entry] as const] : [],
    );
    expect(recordSatisfies(wanted, Object.fromEntries(entries), linux)).toBe(false);
  });
});
