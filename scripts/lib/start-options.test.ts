import { describe, expect, it } from 'vitest';
import { isLoopback, readStartOptions, urlOf } from './start-options.mjs';

describe('readStartOptions', () => {
  it('serves 127.0.0.1:3000 unless told otherwise', () => {
    expect(readStartOptions([], {})).toEqual({ dev: false, host: '127.0.0.1', port: 3000 });
    expect(readStartOptions(['--dev'], { HOST: '::1', PORT: '8080' })).toEqual({
      dev: true,
      host: '::1',
      port: 8080,
    });
    expect(readStartOptions([], { HOST: '', PORT: '' }).port).toBe(3000);
  });

  it.each(['0.0.0.0', '::', '192.168.1.5', 'segue.example', '127.0.0.1.evil.example'])(
    'refuses HOST %s',
    (HOST) => {
      expect(isLoopback(HOST)).toBe(false);
      expect(() => readStartOptions([], { HOST })).toThrow(/no accounts yet/);
    },
  );

  it.each(['x', '0', '-1', '65536', '3000.5'])('refuses PORT %s', (PORT) => {
    expect(() => readStartOptions([], { PORT })).toThrow(/PORT is/);
  });

  it('names an argument that it does not know', () => {
    expect(() => readStartOptions(['--fast'], {})).toThrow(/--fast/);
  });
});

it('writes IPv6 addresses in brackets', () => {
  expect(urlOf('::1', 80)).toBe('http://[::1]:80');
  expect(urlOf('localhost', 3000)).toBe('http://localhost:3000');
});
