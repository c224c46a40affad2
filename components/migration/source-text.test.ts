import { describe, expect, it } from 'vitest';
import { cutLines, nameOfFile, splitLines } from './source-text';

describe('the lines of a file', () => {
  it('end with LF, CRLF or CR', () => {
    expect(splitLines('a\r\nb\nc\rd')).toEqual(['a', 'b', 'c', 'd']);
    expect(splitLines('a\n')).toEqual(['a', '']);
  });

  it('are cut out and put back', () => {
    const lines = ['a', 'b', 'c', 'd'];
    for (const [from, to] of [
      [1, 4],
      [1, 1],
      [2, 3],
      [4, 4],
    ] as const) {
      const { before, part, after } = cutLines(lines, from, to);
      expect(part).toBe(lines.slice(from - 1, to).join('\n'));
      expect(before + part + after).toBe('a\nb\nc\nd');
    }
  });
});

describe('nameOfFile', () => {
  it('is the file’s, or its folder’s where all files have one name', () => {
    expect(nameOfFile('0042_add-country.sql')).toBe('0042_add-country');
    expect(nameOfFile('prisma/migrations/20260101_init/migration.sql')).toBe('20260101_init');
    expect(nameOfFile('_what: now?.sql')).toBe('what- now-');
    expect(nameOfFile('')).toBe('migration');
  });
});
