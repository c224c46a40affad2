import { expect, it } from 'vitest';
import { orderFolder } from './order-folder';

it('gives a folder’s files in the order of their tool, with what its journal knows of each', () => {
  const entries = [
    { idx: 1, tag: '0001_b', when: 2 },
    { idx: 0, tag: '0000_c', when: 1 },
  ];
  expect(
    orderFolder({
      name: 'drizzle',
      paths: ['0001_b.sql', '0000_c.sql', 'meta/_journal.json'],
      control: { 'meta/_journal.json': JSON.stringify({ entries }) },
    }),
  ).toEqual({
    tool: 'drizzle',
    team: 'drizzle',
    files: [
      { path: '0000_c.sql', tag: '0000_c', when: 1 },
      { path: '0001_b.sql', tag: '0001_b', when: 2 },
    ],
  });
  expect(
    orderFolder({
      name: 'm',
      paths: ['20260102030405_a/migration.sql', '20260102030405_a/snapshot.json'],
      control: {},
    }),
  ).toMatchObject({ team: 'drizzle-folders', files: [{ when: Date.UTC(2026, 0, 2, 3, 4, 5) }] });
  expect(orderFolder({ name: 'm', paths: ['2_b.sql', '10_a.sql'], control: {} })).toMatchObject({
    tool: 'plain',
    team: null,
    files: [{ path: '2_b.sql', when: null }, { path: '10_a.sql' }],
  });
});
