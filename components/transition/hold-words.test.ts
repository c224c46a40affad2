import { describe, expect, it } from 'vitest';
import { HOLD_KINDS } from '@/lib/core/hold';
import { holdEnds, triesInWords } from './hold-words';

describe('a hold in words', () => {
  it('says of each kind what ends it', () => {
    for (const kind of HOLD_KINDS) expect(holdEnds({ kind, stepId: 'step' }).text).toMatch(/^[A-Z].*\.$/);
    expect(holdEnds({ kind: 'dead_tuples', stepId: 'step' })).toMatchObject({ limited: true });
    expect(holdEnds({ kind: 'statement', stepId: 'step' })).toMatchObject({ limited: false });
  });

  it('does not promise that a lock is had in the end', () => {
    expect(holdEnds({ kind: 'lock', stepId: 'step' }).text).toMatch(
      /After 40 tries Segue stops and asks you/,
    );
    expect(holdEnds({ kind: 'standby', stepId: 'step' }).text).toMatch(/when it has\.$/);
    expect(holdEnds({ kind: 'standby', stepId: null }).text).toMatch(/when a standby answers/);
    expect(triesInWords({ kind: 'lock', attempts: 7 })).toBe('tried 7 of 40 times');
    expect(triesInWords({ kind: 'lock', attempts: 1 })).toBeNull();
    expect(triesInWords({ kind: 'replica_lag', attempts: 7 })).toBeNull();
  });
});
