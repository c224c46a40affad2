import { describe, expect, it } from 'vitest';
import { readMigration } from './read-migration';
import { splitDirections } from './split-directions';

describe('splitDirections', () => {
  it.each([
    ['dbmate', '-- migrate:up transaction:false', '-- migrate:down'],
    ['goose', '-- +goose Up', '-- +goose Down'],
    ['sql-migrate', '-- +migrate Up notransaction', '-- +migrate Down'],
    ['node-pg-migrate', '-- Up Migration', '-- Down Migration'],
  ])('parts a file of %s', (_, up, down) => {
    const text = `${up}\nCREATE TABLE a (id int);\n\n${down}\r\nDROP TABLE a;\n`;
    const parts = splitDirections(text);
    expect(parts.down).toBe('DROP TABLE a;');
    expect(parts.up).toHaveLength(text.length);
    expect(parts.up.trimEnd()).toBe(`${up}\nCREATE TABLE a (id int);`);
    expect(parts.up.split('\n')).toHaveLength(text.split('\n').length);
  });

  it('takes the way back before the way there, too', () => {
    const parts = splitDirections('-- migrate:down\nDROP TABLE a;\n-- migrate:up\nCREATE TABLE a ();\n');
    expect(parts.down).toBe('DROP TABLE a;');
    expect(parts.up.trim()).toBe('-- migrate:up\nCREATE TABLE a ();');
  });

  it('leaves other files alone, and knows an empty way back', () => {
    const text = 'SELECT 1; -- migrate:down is written by dbmate\n';
    expect(splitDirections(text)).toEqual({ up: text, down: null });
    expect(splitDirections('-- migrate:up\nSELECT 1;\n-- migrate:down\n').down).toBeNull();
  });
});

it('a migration is read without its way back, places kept', () => {
  const { items, down } = readMigration(
    '-- +goose Down\nDROP TABLE b;\n-- +goose Up\n-- +goose StatementBegin\nCREATE TABLE b (id int);\n-- +goose StatementEnd\n',
  );
  expect(items).toMatchObject([{ type: 'statement', kind: 'CreateStmt', line: 5 }]);
  expect(down).toBe('DROP TABLE b;');
});
