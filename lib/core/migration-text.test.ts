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

describe('a migration that is a program', () => {
  it.each([
    "exports.up = function (knex) { return knex.schema.dropTable('a'); };",
    "/** @param { import('knex').Knex } knex */\nexports.up = async (knex) => {};",
    "'use strict';\nmodule.exports = {}",
    "import type { Knex } from 'knex';\nexport async function up(knex: Knex) {}",
    "// one\n\nconst knex = require('knex');",
  ])('is told, with the way to its SQL: %s', (text) => {
    expect(migrationTextProblem(text)?.message).toBe('This is a program, not SQL.');
    expect(migrationTextProblem(text)?.next).toMatch(/knex/i.test(text) ? /docs\/import.md/ : /sends/);
  });

  it.each([
    "IMPORT FOREIGN SCHEMA a FROM SERVER s INTO b OPTIONS (x 'y')",
    "-- exports.up\nSELECT 'import a from '",
    'EXPLAIN SELECT 1',
    '/* module.exports */ CREATE TABLE exports (id int DEFAULT 1)',
  ])('is not taken from SQL: %s', (text) => {
    expect(migrationTextProblem(text)).toBeNull();
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
