import { describe, expect, it } from 'vitest';
import type { TransitionListItem } from '@/lib/views/transition-view';
import { filterRows, groupCounts, holdRows } from './list-rows';

function item(id: string, over: Partial<TransitionListItem> = {}): TransitionListItem {
  return {
    id,
    name: id,
    group: 'waiting',
    status: 'ready',
    draft: false,
    waitingFor: 'Start Sync',
    database: { id: 'd1', name: 'shop', environment: 'staging' },
    tables: ['public.users'],
    track: {
      phases: [],
      position: 0,
      movingPhase: null,
      direction: null,
      status: 'ready',
      newCodeFrom: 1,
      oldCodeUntil: 1,
      synced: true,
      backfill: null,
    },
    progress: null,
    hold: null,
    checks: { passed: 0, failed: 0, inconclusive: 0, total: 0 },
    author: 'Ada',
    createdAt: '2026-11-22T10:00:00Z',
    updatedAt: '2026-11-22T10:00:00Z',
    ...over,
  };
}

const NO_FILTER = { search: '', environment: null, databaseId: null, group: null };

describe('filterRows', () => {
  const rows = [
    item('rename-name'),
    item('drop-fax', {
      group: 'ended',
      database: { id: 'd2', name: 'billing', environment: 'production' },
      tables: ['public.invoices'],
    }),
  ];

  it('leaves all without a filter', () => {
    expect(filterRows(rows, NO_FILTER)).toHaveLength(2);
  });

  it('wants every word of the search, anywhere', () => {
    expect(filterRows(rows, { ...NO_FILTER, search: 'invoices BILLING' }).map((row) => row.id)).toEqual([
      'drop-fax',
    ]);
    expect(filterRows(rows, { ...NO_FILTER, search: 'invoices shop' })).toEqual([]);
  });

  it('narrows by environment, database and group', () => {
    expect(filterRows(rows, { ...NO_FILTER, environment: 'production' })).toHaveLength(1);
    expect(filterRows(rows, { ...NO_FILTER, databaseId: 'd1' })).toHaveLength(1);
    expect(filterRows(rows, { ...NO_FILTER, group: 'running' })).toHaveLength(0);
  });
});

describe('groupCounts', () => {
  it('counts each group', () => {
    expect(groupCounts([item('a'), item('b', { group: 'running' }), item('c')])).toEqual({
      waiting: 2,
      running: 1,
      ended: 0,
    });
  });
});

describe('holdRows', () => {
  it('keeps rows in place and counts what would move', () => {
    const held = [
      { id: 'a', group: 'waiting' as const },
      { id: 'gone', group: 'waiting' as const },
    ];
    const fresh = [item('new'), item('a', { group: 'running', progress: 0.5 })];
    const { rows, waiting } = holdRows(held, fresh);
    expect(rows.map((row) => [row.id, row.group, row.progress])).toEqual([['a', 'waiting', 0.5]]);
    expect(waiting).toBe(3);
  });
});
