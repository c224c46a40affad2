import { describe, expect, it } from 'vitest';
import { MAX_MIGRATION_BYTES } from '@/lib/core/migration-text';
import { readFile } from './read-file';

const file = (content: BlobPart, name = 'a.sql') => new File([content], name);

describe('readFile', () => {
  it('gives the text of a file, and refuses what is empty, binary, not UTF-8 or too large', async () => {
    expect(await readFile(file('SELECT 1'))).toEqual({ ok: true, fileName: 'a.sql', text: 'SELECT 1' });
    const refusal = async (content: BlobPart) => {
      const read = await readFile(file(content));
      return read.ok ? null : read.message;
    };
    expect(await refusal('\n')).toMatch(/empty/);
    expect(await refusal('a\0b')).toMatch(/not a text file/);
    expect(await refusal(new Uint8Array([0xff, 0xfe, 0x41]))).toMatch(/UTF-8/);
    expect(await refusal('x'.repeat(MAX_MIGRATION_BYTES + 1))).toMatch(/5 MB/);
  });
});
