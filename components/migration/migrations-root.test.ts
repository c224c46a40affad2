import { describe, expect, it } from 'vitest';
import { migrationsRoot } from './migrations-root';

const root = (...paths: string[]): string => {
  const found = migrationsRoot('shop', paths);
  return found.ok ? found.folder : found.message;
};

describe('where the migrations lie in a folder', () => {
  it('is where their tool has left its mark, also below', () => {
    expect(root('meta/_journal.json', '0000_a.sql')).toBe('');
    expect(root('drizzle/meta/_journal.json', 'drizzle/0000_a.sql', 'seed.sql')).toBe('drizzle');
    expect(
      root(
        'prisma/schema.prisma',
        'prisma/migrations/migration_lock.toml',
        'prisma/migrations/1_a/migration.sql',
      ),
    ).toBe('prisma/migrations');
    expect(root('sqitch.plan', 'deploy/a.sql', 'revert/a.sql')).toBe('');
  });

  it('is else the uppermost with SQL', () => {
    expect(root('2026_a/migration.sql', '2026_a/snapshot.json')).toBe('');
    expect(root('1_a.sql', 'old/0_a.sql')).toBe('');
    expect(root('db/migrate/1_a.up.sql')).toBe('db/migrate');
    expect(root('1_a/up.sql', '1_a/down.sql')).toBe('');
  });

  it('is asked for where there are several, or none', () => {
    expect(root('a/meta/_journal.json', 'b/migration_lock.toml')).toBe(
      'shop: it holds several folders of migrations (a, b).',
    );
    expect(root('readme.md', 'src/index.ts')).toBe('shop: no migrations in SQL are in it.');
    expect(root()).toBe('shop: no migrations in SQL are in it.');
  });
});
