import { describe, expect, it } from 'vitest';
import { holdsOperations, MAX_MIGRATION_BYTES, migrationTextProblem } from './migration-text';

describe('migrationTextProblem', () => {
  it('refuses what is empty, binary, or larger than 5 MB in bytes', () => {
    expect(migrationTextProblem(' \n\t')?.message).toBe('The file is empty.');
    expect(migrationTextProblem('SELECT\0 1')?.message).toBe('This is not a text file.');
    const half = 'é'.repeat(MAX_MIGRATION_BYTES / 2);
    expect(migrationTextProblem(half)).toBeNull();
    expect(migrationTextProblem(`${half}x`)?.message).toBe('The file is larger than 5 MB.');
  });
});

describe('holdsOperations', () => {
  it('goes by the ending, else by how the text begins', () => {
    expect(holdsOperations('a.yaml', 'SELECT 1')).toBe(true);
    expect(holdsOperations('a.sql', '{}')).toBe(false);
    expect(holdsOperations('pasted', ' {"operations": []}')).toBe(true);
    expect(holdsOperations('pasted', 'operations:\n  - sql: {up: x}')).toBe(true);
    expect(holdsOperations('pasted', '-- name: x\nSELECT 1')).toBe(false);
  });
});
