import { describe, expect, it } from 'vitest';
import { openLagMeter } from './standby-lag';

const paris = (replayed: string | null, lagMs = 0) => ({ name: 'paris', lagMs, replayed, subscriber: false });

describe('how far a standby is behind', () => {
  it('grows while it does not answer, from when the WAL ended where it is', () => {
    const meter = openLagMeter();
    expect(meter.read({ lsn: '0/100', at: 1000 }, [paris('0/100')])).toEqual([
      { name: 'paris', lagMs: 0, subscriber: false },
    ]);
    expect(meter.read({ lsn: '0/200', at: 2000 }, [paris('0/100')])[0]?.lagMs).toBe(0);
    expect(meter.read({ lsn: '0/300', at: 3000 }, [paris('0/100', 5)])[0]?.lagMs).toBe(1000);
    expect(meter.read({ lsn: '0/300', at: 9000 }, [paris('0/200', 5)])[0]?.lagMs).toBe(6000);
  });

  it('falls when it replays, and is what the server says where that is more', () => {
    const meter = openLagMeter();
    meter.read({ lsn: 'A/FFFFFF00', at: 0 }, [paris('A/0')]);
    expect(meter.read({ lsn: 'B/10', at: 4000 }, [paris('A/0', 7000)])[0]?.lagMs).toBe(7000);
    expect(meter.read({ lsn: 'B/20', at: 5000 }, [paris('B/0')])[0]?.lagMs).toBe(1000);
    expect(meter.read({ lsn: 'B/20', at: 6000 }, [paris('B/20')])[0]?.lagMs).toBe(0);
  });

  it('says nothing of what replays nothing', () => {
    const meter = openLagMeter();
    meter.read({ lsn: '0/100', at: 0 }, [paris(null)]);
    expect(meter.read({ lsn: '0/200', at: 9000 }, [paris(null)])[0]?.lagMs).toBe(0);
  });

  it('one that stays behind does not hide another', () => {
    const meter = openLagMeter();
    const rome = (replayed: string) => ({ name: 'rome', lagMs: 0, replayed, subscriber: true });
    meter.read({ lsn: '0/100', at: 0 }, [paris('0/0'), rome('0/100')]);
    expect(meter.read({ lsn: '0/200', at: 3000 }, [paris('0/0'), rome('0/200')])).toEqual([
      { name: 'paris', lagMs: 3000, subscriber: false },
      { name: 'rome', lagMs: 0, subscriber: true },
    ]);
  });
});
