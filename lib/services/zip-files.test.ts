import { expect, it } from 'vitest';
import { zipFiles } from './zip-files';

it('stores each file with its name, size and CRC, and a directory that finds them', () => {
  const files = [
    { path: 'README.md', text: '123456789' },
    { path: '1-add/up/01-größer.sql', text: 'SELECT ‘é’;\n'.repeat(50) },
    { path: 'empty.sql', text: '' },
  ];
  const zip = zipFiles(files);
  const end = zip.length - 22;
  expect(zip.toString('latin1', end, end + 4)).toBe('PK\x05\x06');
  expect(zip.readUInt16LE(end + 10)).toBe(files.length);
  let at = zip.readUInt32LE(end + 16);
  expect(at + zip.readUInt32LE(end + 12)).toBe(end);
  for (const { path, text } of files) {
    expect(zip.toString('latin1', at, at + 4)).toBe('PK\x01\x02');
    const length = zip.readUInt16LE(at + 28);
    expect(zip.toString('utf8', at + 46, at + 46 + length)).toBe(path);
    const local = zip.readUInt32LE(at + 42);
    expect(zip.toString('latin1', local, local + 4)).toBe('PK\x03\x04');
    expect(zip.readUInt16LE(local + 26)).toBe(length);
    const size = zip.readUInt32LE(local + 22);
    const start = local + 30 + length;
    expect(zip.toString('utf8', start, start + size)).toBe(text);
    expect(zip.readUInt32LE(local + 14)).toBe(zip.readUInt32LE(at + 16));
    at += 46 + length;
  }
  // The check value of this CRC in its specification.
  expect(zip.readUInt32LE(14)).toBe(0xcb_f4_39_26);
});
