import { describe, expect, it } from 'vitest';
import type { JournalPlace } from '@/lib/core/migration-record';
import { choiceOf, NOWHERE, placeKey, readChoice, UNSAID } from './journal-choice';

const place = (tool: JournalPlace['tool']): JournalPlace => ({ tool, table: { schema: 's', name: tool } });
const [prisma, drizzle, folders] = [place('prisma'), place('drizzle'), place('drizzle-folders')];

describe('the file in its own tool’s journal', () => {
  it('is asked about only where the database has one', () => {
    expect(readChoice(UNSAID, [], 'migration.sql')).toMatchObject({ open: false, request: null });
    expect(readChoice(UNSAID, [prisma], 'pasted')).toMatchObject({ open: true, place: null });
    expect(readChoice({ ...UNSAID, place: NOWHERE }, [prisma], 'a/migration.sql')).toMatchObject({
      open: false,
      request: null,
      key: NOWHERE,
    });
  });

  it('is known by the path that it came with, until a person says otherwise', () => {
    const path = 'prisma/migrations/20260102030405_full_name/migration.sql';
    const tag = '20260102030405_full_name';
    expect(readChoice(UNSAID, [prisma], path)).toMatchObject({
      open: false,
      request: { tool: 'prisma', tag, when: null },
    });
    expect(readChoice({ ...UNSAID, tag: 'own' }, [prisma], path).request?.tag).toBe('own');
    expect(readChoice(UNSAID, [drizzle, folders], path).request).toMatchObject({
      tool: 'drizzle-folders',
      tag,
    });
    expect(readChoice(UNSAID, [prisma, folders], path)).toMatchObject({ open: true, place: null });
    expect(readChoice(UNSAID, [prisma], 'migration.sql')).toMatchObject({
      open: true,
      place: prisma,
      tag: '',
    });
    expect(readChoice({ ...UNSAID, tag: 'no_time' }, [folders], path).open).toBe(true);
    expect(readChoice({ ...UNSAID, tag: 'a/b' }, [prisma], path).open).toBe(true);
  });

  it('of drizzle-kit’s needs the time of its entry, in ms', () => {
    const of = (when: string) => readChoice({ ...UNSAID, when }, [drizzle, folders], '0042_full_name.sql');
    expect(of('')).toMatchObject({ open: true, place: drizzle, tag: '0042_full_name' });
    expect(of('1760000000')).toMatchObject({ open: true });
    expect(of(' 1760000000000 ')).toMatchObject({
      open: false,
      request: { tool: 'drizzle', tag: '0042_full_name', when: 1_760_000_000_000 },
    });
  });

  it('is known from its folder, with all before it, for the tool of that folder alone', () => {
    const earlier = [{ tag: '0000_init', when: 1_750_000_000_000 }];
    const known = { tool: 'drizzle', tag: '0001_a', when: 1_760_000_000_000, earlier } as const;
    const of = (choice: Partial<typeof UNSAID>, places = [drizzle, folders]) =>
      readChoice({ ...UNSAID, known, ...choice }, places, '0001_a.sql');
    const request = { ...drizzle, tag: '0001_a', when: 1_760_000_000_000, earlier };
    expect(of({})).toMatchObject({ open: false, known, request });
    expect(of({ place: NOWHERE }).request).toBeNull();
    expect(of({}, [prisma])).toMatchObject({ open: true, place: null });
    expect(of({ place: placeKey(folders) })).toMatchObject({ open: true, known: null });
    // A journal of an old drizzle-kit has no times: a person gives it.
    expect(of({ known: { ...known, when: null } })).toMatchObject({
      open: true,
      place: drizzle,
      known: null,
    });
    const saved = choiceOf({ ...request, hash: 'f'.repeat(64), make: false });
    expect(readChoice(saved, [drizzle, folders], 'pasted').request).toEqual(request);
  });

  it('is as the draft was saved', () => {
    const request = { ...drizzle, tag: '0001_a', when: 1_760_000_000_000 };
    const saved = choiceOf({ ...request, hash: 'f'.repeat(64), earlier: null, make: false });
    expect(saved.place).toBe(placeKey(drizzle));
    expect(readChoice(saved, [drizzle, folders], 'pasted').request).toEqual(request);
    expect(choiceOf(null).place).toBe(NOWHERE);
  });
});
