import { describe, expect, it } from 'vitest';
import type { Blocker } from '@/lib/core/blocker';
import { blockerViews } from './blocker-view';

const session: Blocker = {
  pid: 4711,
  kind: 'session',
  user: 'app',
  application: 'reports',
  client: null,
  ageSeconds: 90,
  state: 'active',
  query: 'SELECT 1',
  holds: 'ACCESS SHARE on items',
  blocksNow: true,
  backendStart: '2026-01-01 10:00:00+00',
  transactionStart: '2026-01-01 11:00:00+00',
};
const cancelled = {
  action: 'cancel_blocker',
  detail: { pid: 4711, transactionStart: session.transactionStart },
};
const actsOf = (blocker: Blocker, acts: (typeof cancelled)[] = []) => blockerViews([blocker], acts)[0]?.acts;

describe('blockerViews', () => {
  it('offers to cancel a query first, and to end the session once that was tried', () => {
    expect(actsOf(session)).toEqual(['cancel']);
    expect(blockerViews([session], [])[0]?.note).toContain('its session can be ended then');
    expect(actsOf(session, [cancelled])).toEqual(['cancel', 'terminate']);
  });

  it('does not take a cancel of an earlier transaction for one of this', () => {
    expect(actsOf({ ...session, transactionStart: '2026-01-01 12:00:00+00' }, [cancelled])).toEqual([
      'cancel',
    ]);
  });

  it('offers to end a session that waits for its client: it has no query', () => {
    expect(actsOf({ ...session, state: 'idle in transaction' })).toEqual(['terminate']);
  });

  it.each(['autovacuum', 'wraparound', 'replication', 'prepared', 'segue', 'other'] as const)(
    'offers nothing against %s, and says why',
    (kind) => {
      const [view] = blockerViews([{ ...session, kind }], [cancelled]);
      expect(view?.acts).toEqual([]);
      expect(view?.note).toMatch(/^[A-Z].*\.$/);
    },
  );

  it('offers nothing against a session that this role may not see', () => {
    const [view] = blockerViews([{ ...session, transactionStart: null, ageSeconds: null }], []);
    expect(view?.acts).toEqual([]);
    expect(view?.note).toContain('pg_read_all_stats');
  });
});
