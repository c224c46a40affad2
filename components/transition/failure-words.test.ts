import { describe, expect, it } from 'vitest';
import { effectOnApplication, evidenceInWords } from './failure-words';

const codeNow = { old: 'works', new: 'works' } as const;

describe('effectOnApplication', () => {
  it('says no where a step was undone, and what goes on', () => {
    expect(effectOnApplication({ code: 'lock_not_had', evidence: null }, codeNow, true)).toBe(
      'No. The step that failed was undone as a whole; old code and new code can go on reading and writing.',
    );
  });

  it('does not say of a check that it undid anything', () => {
    expect(effectOnApplication({ code: 'check_inconclusive', evidence: null }, codeNow, true)).toMatch(
      /^No\. A check stopped it, and checks change nothing; old code/,
    );
  });

  it('does not say of copied batches that they were undone', () => {
    expect(effectOnApplication({ code: 'limit_reached', evidence: null }, codeNow, true, true)).toMatch(
      /^No\. Copying stopped after a whole batch; old code/,
    );
  });

  it('says that nothing was changed where it stopped before its first step', () => {
    expect(effectOnApplication({ code: 'check_failed', evidence: null }, codeNow, false)).toMatch(
      /^No\. Nothing was changed; old code/,
    );
  });

  it('does not promise it where the two sides may differ', () => {
    for (const id of ['1.agree', '2.still_agree', '1.sync_in_place'])
      expect(
        effectOnApplication({ code: 'check_failed', evidence: { checks: [{ id }] } }, codeNow, true),
      ).toMatch(/^Perhaps/);
    expect(
      effectOnApplication(
        { code: 'check_failed', evidence: { checks: [{ id: '1.indexes_valid' }] } },
        codeNow,
        true,
      ),
    ).toMatch(/^No/);
  });

  it('says that it cannot tell where the database is out of reach', () => {
    expect(effectOnApplication({ code: 'connection_failed', evidence: null }, codeNow, true)).toContain(
      'cannot tell',
    );
  });
});

it('tells what a failure brought along in lines that a person can read', () => {
  const blocker = {
    pid: 4711,
    ageSeconds: 190.24,
    client: null,
    query: '',
    state: 'active',
    blocksNow: true,
  };
  expect(
    evidenceInWords({
      blockers: [
        { ...blocker, backendStart: 'x' },
        { ...blocker, pid: 2 },
      ],
      slot: 'bi',
    }),
  ).toEqual([
    [
      'blockers',
      'pid 4711 · age seconds 190.2 · state active · blocks now true\npid 2 · age seconds 190.2 · state active · blocks now true',
    ],
    ['slot', 'bi'],
  ]);
  expect(evidenceInWords({ changes: [] })).toEqual([['changes', '[]']]);
  expect(evidenceInWords(null)).toEqual([]);
});
