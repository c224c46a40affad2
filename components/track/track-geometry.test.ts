import { describe, expect, it } from 'vitest';
import type { PhaseKind } from '@/lib/core/plan';
import type { TrackView } from '@/lib/views/transition-view';
import { trackGeometry } from './track-geometry';
import { columnInWords, columnStateInWords, trackInWords } from './track-words';

const ALL: readonly PhaseKind[] = ['expand', 'dual_write', 'switch', 'contract', 'purge'];

function track(kinds: readonly PhaseKind[], over: Partial<TrackView> = {}): TrackView {
  return {
    phases: kinds.map((kind, index) => ({ number: index + 1, kind, lossless: kind !== 'purge' })),
    position: 0,
    movingPhase: null,
    direction: null,
    status: 'not_started',
    newCodeFrom: 2,
    oldCodeUntil: 3,
    synced: true,
    backfill: null,
    ...over,
  };
}

describe('trackGeometry', () => {
  it('draws each lane by what its code may do at each position', () => {
    const { columns } = trackGeometry(track(ALL));
    expect(columns.map((column) => column.old)).toEqual([
      'solid',
      'solid',
      'solid',
      'solid',
      'dotted',
      'none',
    ]);
    expect(columns.map((column) => column.new)).toEqual(['none', 'none', 'solid', 'solid', 'solid', 'solid']);
    expect(columns.map((column) => column.sync)).toEqual([
      'none',
      'none',
      'both_old_leads',
      'both_new_leads',
      'to_old',
      'none',
    ]);
  });

  it('keeps the new lane thin where it is in step but not yet used', () => {
    const { columns } = trackGeometry(track(ALL, { newCodeFrom: 3 }));
    expect(columns[2]?.new).toBe('thin');
  });

  it('covers the whole track without gaps', () => {
    const { columns } = trackGeometry(track(ALL));
    expect(columns[0]?.from).toBe(0);
    expect(columns.at(-1)?.to).toBe(1);
    for (const [index, column] of columns.entries()) {
      if (index > 0) expect(column.from).toBeCloseTo(columns[index - 1]?.to ?? -1);
    }
  });

  it('links the lanes only where a trigger carries writes', () => {
    const links = (synced: boolean) => trackGeometry(track(ALL, { synced })).columns.map(({ sync }) => sync);
    expect(links(false)).toEqual(ALL.map(() => 'none').concat('none'));
    expect(links(true)).toContain('both_old_leads');
  });

  it('fills the new lane with the backfill and moves the marker with it', () => {
    const running = { movingPhase: 2, position: 1, direction: 'forward', status: 'running' } as const;
    const early = trackGeometry(track(ALL, { ...running, backfill: 0.1 }));
    const late = trackGeometry(track(ALL, { ...running, backfill: 0.9 }));
    expect(early.columns[2]).toMatchObject({ new: 'thin', fill: 0.1, state: 'moving' });
    expect(late.marker.at).toBeGreaterThan(early.marker.at);
    expect(late.marker).toEqual({ at: late.columns[2]?.filledTo, moving: 'forward' });
  });

  it('draws the way back from the marker to the start', () => {
    const { wayBack, marker, columns } = trackGeometry(track(ALL, { position: 3, status: 'ready' }));
    expect(wayBack.map((segment) => segment.phase)).toEqual([1, 2, 3]);
    expect(wayBack.at(-1)?.to).toBeCloseTo(marker.at);
    expect(wayBack[0]?.from).toBeCloseTo(((columns[0]?.from ?? 0) + (columns[0]?.to ?? 0)) / 2);
  });

  it('has no way back at the start, nor after Delete', () => {
    expect(trackGeometry(track(ALL)).wayBack).toEqual([]);
    const ended = trackGeometry(track(ALL, { position: 5, status: 'done' }));
    expect(ended.wayBack).toEqual([]);
    expect(ended.pastNoReturn).toBe(true);
  });

  it('ends the way back at the edge of Delete, and nowhere in a plan without it', () => {
    const { noReturn, columns } = trackGeometry(track(ALL));
    expect(noReturn).toBe(columns[5]?.from);
    expect(trackGeometry(track(['expand'], { newCodeFrom: 1, oldCodeUntil: 1 })).noReturn).toBeNull();
  });

  it('handles plans with some phases only', () => {
    const add = trackGeometry(track(['expand'], { newCodeFrom: 1, oldCodeUntil: 1 }));
    expect(add.columns.map((column) => column.old)).toEqual(['solid', 'solid']);
    expect(add.columns.map((column) => column.new)).toEqual(['none', 'solid']);
    const fill = trackGeometry(
      track(['dual_write', 'switch', 'contract'], { newCodeFrom: 1, oldCodeUntil: 2 }),
    );
    expect(fill.columns.map((column) => column.sync)).toEqual(['none', 'to_new', 'to_new', 'none']);
    const drop = trackGeometry(track(['switch', 'contract', 'purge'], { newCodeFrom: 0, oldCodeUntil: 1 }));
    expect(drop.columns.map((column) => column.sync)).toEqual(['none', 'none', 'none', 'none']);
    expect(drop.columns.map((column) => column.old)).toEqual(['solid', 'solid', 'dotted', 'none']);
  });

  it('stands at the edge of the phase while it is rolled back', () => {
    const back = trackGeometry(
      track(ALL, { position: 3, movingPhase: 3, direction: 'back', status: 'rolling_back' }),
    );
    expect(back.columns[3]?.state).toBe('moving');
    expect(back.marker).toMatchObject({ at: back.columns[3]?.from, moving: 'back' });
  });
});

describe('trackInWords', () => {
  it('says where it stands, what may run and how far the way back reaches', () => {
    const words = trackInWords(
      track(ALL, { position: 1, movingPhase: 2, direction: 'forward', status: 'running', backfill: 0.625 }),
    );
    expect(words).toBe(
      '5 phases: Add, Sync, Switch, Retire, Delete. Sync is in progress, 62 % of rows copied. ' +
        'Old code runs until Switch. New code runs from Sync. The way back reaches to the start. ' +
        'Delete is the point of no return.',
    );
  });

  it('names the state of each column', () => {
    const view = track(ALL, { position: 1, status: 'ready' });
    const words = trackGeometry(view).columns.map((column) => columnStateInWords(column, view));
    expect(words).toEqual(['Done', 'Done, now here', 'Next', 'Later', 'Later', 'No way back']);
  });

  it('gives the standard term and what holds in each column', () => {
    const { columns } = trackGeometry(track(ALL));
    expect(columns.slice(0, 2).map(columnInWords)).toEqual([
      'Old code reads and writes. New code cannot run.',
      'Also called expand. After it: Old code reads and writes. New code cannot run.',
    ]);
    const retire = columns[4];
    expect(retire === undefined ? '' : columnInWords(retire)).toContain('its column is retired');
  });
});
