import { describe, expect, it } from 'vitest';
import type { TransitionFile } from '@/lib/core/operation';
import { parseFileText, writeFileText } from './parse-file-text';

const file: TransitionFile = {
  name: 'rename-users-name',
  dualWrite: 'managed',
  operations: [
    { rename_column: { table: { schema: 'public', name: 'users' }, from: 'name', to: 'full: name' } },
    { drop_table: { table: { schema: 'shop', name: 'a.b' } } },
  ],
};

describe('the text of an operations file', () => {
  it('is written as people write it, and read back', async () => {
    const text = await writeFileText(file);
    expect(text).toContain('table: users');
    expect(text).not.toContain('dualWrite');
    expect(await parseFileText(text)).toEqual({
      ok: true,
      file: {
        name: 'rename-users-name',
        operations: [
          { rename_column: { table: 'users', from: 'name', to: 'full: name' } },
          file.operations[1],
        ],
      },
    });
    expect(await writeFileText({ ...file, dualWrite: 'application' })).toContain('dualWrite: application');
  });

  it('is refused with what is missing', async () => {
    expect(await parseFileText('just words')).toMatchObject({ ok: false });
    expect(await parseFileText('name: x')).toMatchObject({
      ok: false,
      message: 'The list "operations:" is missing.',
    });
    expect(await parseFileText('name: [')).toMatchObject({ ok: false });
  });
});
