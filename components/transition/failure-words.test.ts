import { describe, expect, it } from 'vitest';
import { effectOnApplication } from './failure-words';

const codeNow = { old: 'works', new: 'works' } as const;

describe('effectOnApplication', () => {
  it('says no where a step was undone, and what goes on', () => {
    expect(effectOnApplication({ code: 'lock_not_had', evidence: null }, codeNow, true)).toBe(
      'No. The step that failed was undone as a whole; old code and new code can go on reading and writing.',
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
