import type { LoadSample } from './load-sample';

/** A standby as the server knows it. */
interface Heard {
  readonly name: string;
  /** The server's own measure, made when the standby last answered. */
  readonly lagMs: number;
  /** How far it has replayed, "0/1A2B3C"; null: nothing is known, or it replays nothing. */
  readonly replayed: string | null;
  readonly subscriber: boolean;
}

/** Where the WAL ended at a moment, in ms. */
interface WalEnd {
  readonly lsn: string;
  readonly at: number;
}

export interface LagMeter {
  read(now: WalEnd, standbys: readonly Heard[]): LoadSample['standbys'];
}

/** Looks kept: at one a second, an hour. */
const MOST_LOOKS = 3600;

/**
 * Measures how far standbys are behind, look by look. The server's own figure stands still while a standby does not
 * answer (its network is gone, or its server hangs), so this one also tells how long ago the WAL ended where the standby
 * is now. Times are those of one clock.
 */
export function openLagMeter(): LagMeter {
  let looks: { readonly lsn: bigint; readonly at: number }[] = [];
  return {
    read: (now, standbys) => {
      const end = lsnNumber(now.lsn);
      if (looks.at(-1)?.lsn !== end) looks.push({ lsn: end, at: now.at });
      const replayed = standbys.flatMap((standby) =>
        standby.replayed === null ? [] : [lsnNumber(standby.replayed)],
      );
      const read = standbys.map(({ name, lagMs, replayed: place, subscriber }) => {
        const missed = place === null ? undefined : looks.find(({ lsn }) => lsn > lsnNumber(place));
        const missedMs = missed === undefined ? 0 : Math.round(now.at - missed.at);
        return { name, lagMs: Math.max(lagMs, missedMs), subscriber };
      });
      looks = looks.filter(({ lsn }) => replayed.some((place) => place < lsn)).slice(-MOST_LOOKS);
      return read;
    },
  };
}

/** "1/A0" as the number of bytes that it stands for. */
function lsnNumber(lsn: string): bigint {
  const [high = '0', low = '0'] = lsn.split('/');
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
}
