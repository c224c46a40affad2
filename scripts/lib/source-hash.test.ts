import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashFile, hashSources, isOutsideBuild } from './source-hash.mjs';

let root: string;
const write = (file: string, text: string) => {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
};

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'segue-hash-'));
  write('app/page.tsx', 'one');
  write('next.config.js', 'config');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('hashSources', () => {
  it('is the same for the same sources, whatever builds and tests leave', () => {
    const before = hashSources(root);
    for (const file of [
      '.next/x',
      'node_modules/a/b.js',
      'app/page.test.tsx',
      'README.md',
      'e2e/tour.spec.ts',
      '.env',
    ]) {
      write(file, 'noise');
    }
    expect(hashSources(root)).toBe(before);
  });

  it.each([
    ['a changed file', () => write('app/page.tsx', 'two')],
    ['a new file', () => write('lib/new.ts', '')],
    ['a renamed file', () => write('app/page.ts', 'one')],
    ['a file that moved text to its neighbour', () => write('app/page.tsx', 'onenext.config.js')],
  ])('changes with %s', (_, change) => {
    const before = hashSources(root);
    change();
    expect(hashSources(root)).not.toBe(before);
  });
});

it('leaves out what a build does not see', () => {
  expect(isOutsideBuild('.next-test/BUILD_ID')).toBe(true);
  expect(isOutsideBuild('lib/core/plan.test.ts')).toBe(true);
  expect(isOutsideBuild('lib/test/thing.ts')).toBe(false);
  expect(isOutsideBuild('public/logo.svg')).toBe(false);
});

it('hashes a missing file as null', () => {
  expect(hashFile(path.join(root, 'absent'))).toBeNull();
});
