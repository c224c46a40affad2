import { describe, expect, it } from 'vitest';
import { orderMigrations } from './order-migrations';

const order = (paths: readonly string[], control: Record<string, string> = {}) => {
  const { tool, files } = orderMigrations({
    shown: 'm',
    paths: [...paths, ...Object.keys(control)],
    control,
  });
  return { tool, files: files.map(({ path, down }) => (down === null ? path : `${path} ← ${down}`)) };
};

describe('the order of a folder of migrations', () => {
  it('drizzle-kit: the journal’s', () => {
    const journal = JSON.stringify({
      entries: [
        { idx: 1, tag: '0001_b' },
        { idx: 0, tag: '0000_c' },
      ],
    });
    expect(
      order(['0001_b.sql', '0000_c.sql', 'meta/0000_snapshot.json'], { 'meta/_journal.json': journal }),
    ).toEqual({
      tool: 'drizzle',
      files: ['0000_c.sql', '0001_b.sql'],
    });
  });

  it('drizzle-kit 1.0: folders by their time', () => {
    expect(
      order([
        '20260301120000_two/migration.sql',
        '20260301120000_two/snapshot.json',
        '20260228110000_one/migration.sql',
        '20260228110000_one/snapshot.json',
      ]),
    ).toEqual({
      tool: 'drizzle',
      files: ['20260228110000_one/migration.sql', '20260301120000_two/migration.sql'],
    });
  });

  it('Prisma: folders by their time, with the way back where one was written', () => {
    expect(
      order(['20260102_b/migration.sql', '20260101_a/migration.sql', '20260101_a/down.sql'], {
        'migration_lock.toml': 'provider = "postgresql"\n',
      }),
    ).toEqual({
      tool: 'prisma',
      files: ['20260101_a/migration.sql ← 20260101_a/down.sql', '20260102_b/migration.sql'],
    });
    expect(() => order([], { 'migration_lock.toml': '# no hand\nprovider = "mysql"' })).toThrow(
      'm holds migrations for mysql',
    );
  });

  it('golang-migrate: numbers as numbers, up alone', () => {
    expect(order(['10_c.up.sql', '9_b.up.sql', '9_b.down.sql', '000008_a.up.sql'])).toEqual({
      tool: 'golang-migrate',
      files: ['000008_a.up.sql', '9_b.up.sql ← 9_b.down.sql', '10_c.up.sql'],
    });
  });

  it('diesel: up.sql of each folder', () => {
    expect(
      order(['2026-01-02-000000_b/up.sql', '2026-01-01-000000_a/up.sql', '2026-01-01-000000_a/down.sql']),
    ).toEqual({
      tool: 'diesel',
      files: ['2026-01-01-000000_a/up.sql ← 2026-01-01-000000_a/down.sql', '2026-01-02-000000_b/up.sql'],
    });
  });

  it('Flyway: versions as numbers, then what is repeated, undo beside them', () => {
    expect(
      order([
        'V10__c.sql',
        'V2.1__b.sql',
        'V2__a.sql',
        'U2_1__b.sql',
        'R__views.sql',
        'R__code.sql',
        'B2__all.sql',
      ]),
    ).toEqual({
      tool: 'flyway',
      files: ['V2__a.sql', 'V2.1__b.sql ← U2_1__b.sql', 'V10__c.sql', 'R__code.sql', 'R__views.sql'],
    });
    expect(order(['B5__all.sql', 'V6__more.sql']).files).toEqual(['B5__all.sql', 'V6__more.sql']);
  });

  it('sqitch: the plan’s, a reworked change under its tag first', () => {
    const plan = `%syntax-version=1.0.0
%project=shop

users 2026-01-01T00:00:00Z A <a@b> # first
@v1 2026-01-02T00:00:00Z A <a@b>
orders [users] 2026-01-03T00:00:00Z A <a@b>
users [users@v1] 2026-01-04T00:00:00Z A <a@b>
`;
    const paths = ['deploy/users.sql', 'deploy/users@v1.sql', 'deploy/orders.sql', 'revert/orders.sql'];
    expect(order(paths, { 'sqitch.plan': plan })).toEqual({
      tool: 'sqitch',
      files: ['deploy/users@v1.sql', 'deploy/orders.sql ← revert/orders.sql', 'deploy/users.sql'],
    });
    expect(order(['users.sql', 'users@v1.sql', 'orders.sql'], { '../sqitch.plan': plan }).files).toEqual([
      'users@v1.sql',
      'orders.sql',
      'users.sql',
    ]);
    expect(() => order(['deploy/users.sql'], { 'sqitch.plan': plan })).toThrow(
      'm/deploy/users@v1.sql stands in sqitch.plan and does not exist',
    );
  });

  it('plain files (dbmate, goose, node-pg-migrate, Knex’s SQL): by name, numbers as numbers', () => {
    expect(order(['20260102_b.sql', '3_a.sql', '3_a.down.sql', 'notes.md'])).toEqual({
      tool: 'plain',
      files: ['3_a.sql ← 3_a.down.sql', '20260102_b.sql'],
    });
    expect(order(['b.sql', 'a.sql']).files).toEqual(['a.sql', 'b.sql']);
  });

  it('migrations that are programs are refused with the way out', () => {
    expect(() => order(['20260101_a.js'])).toThrow(
      'm holds migrations as programs (20260101_a.js), not as SQL.',
    );
    expect(order([]).files).toEqual([]);
  });
});
