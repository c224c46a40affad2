import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { operationsFileSchema } from './operations-file-schema';

const published = path.resolve(import.meta.dirname, '..', '..', 'docs', 'operations-file.schema.json');

describe('docs/operations-file.schema.json', () => {
  it('is up to date (npm run docs:schema writes it)', () => {
    expect(readFileSync(published, 'utf8')).toBe(operationsFileSchema());
  });

  it('describes every key that a person may write', () => {
    const schema = JSON.stringify(JSON.parse(operationsFileSchema()));
    for (const key of ['rename_column', 'onFailure', 'restore', 'dualWrite'])
      expect(schema).toContain(`"${key}":{"description":`);
  });
});
