import { count } from '@/components/ui/number-words';
import { durationInWords } from '@/components/ui/time-words';
import type { RolloutSettings } from '@/lib/core/rollout';

/** Settings that are one number. */
export type FigureKey = Exclude<keyof RolloutSettings, 'tablePauses'>;

/** One setting as a person reads and writes it. */
export interface SettingField {
  readonly key: FigureKey;
  readonly label: string;
  readonly hint: string;
  /** How many of the stored unit one of the written unit is. */
  readonly scale: number;
  readonly show: (value: number) => string;
}

export interface SettingGroup {
  readonly title: string;
  readonly note: string | null;
  readonly fields: readonly SettingField[];
  /** About copying rows: of no use to a plan that copies none. */
  readonly copying?: boolean;
}

const field = (
  key: FigureKey,
  label: string,
  hint: string,
  show: (value: number) => string,
  scale = 1,
): SettingField => ({ key, label, hint, scale, show });
const limit = (unit: string) => (value: number) =>
  value === 0 ? 'not looked at' : `${count(value)} ${unit}`;

/** The groups that count for a plan. */
export function settingGroups(copies: boolean): readonly SettingGroup[] {
  return SETTING_GROUPS.filter((group) => copies || group.copying !== true);
}

/** All settings of a transition, as the page groups them. */
export const SETTING_GROUPS: readonly SettingGroup[] = [
  {
    title: 'Pauses',
    note: null,
    fields: [
      field(
        'maxPauseMs',
        'Longest pause of your queries (ms)',
        'A statement that would make them wait longer gives up and tries again.',
        (value) => `${value} ms`,
      ),
      field(
        'standbyWaitMs',
        'Wait for standbys at the end of a phase (seconds)',
        'Until each has replayed it; then a person decides. 0: not waited for.',
        (value) => (value === 0 ? 'not at all' : durationInWords(value)),
        1000,
      ),
      field(
        'retentionMs',
        'Keep what is retired (hours)',
        'Delete cannot start before. 168 hours are 7 days.',
        (value) => (value === 0 ? 'not at all' : durationInWords(value)),
        3_600_000,
      ),
    ],
  },
  {
    title: 'Copying rows',
    note: null,
    copying: true,
    fields: [
      field(
        'lanes',
        'Lanes',
        'Connections that copy at the same time, 1 to 4. More are faster and take more of the server.',
        (value) => String(value),
      ),
      field(
        'batchMs',
        'Time of a batch (ms)',
        'Batches grow or shrink until they take this long. A row is locked no longer than its batch.',
        (value) => `${count(value)} ms`,
      ),
      field(
        'batchRows',
        'Rows a batch, at most',
        'Smaller batches hold row locks for a shorter time.',
        (value) => count(value),
      ),
      field(
        'batchPauseMs',
        'Pause between batches (ms)',
        'Leaves the server room for your application.',
        (value) => `${count(value)} ms`,
      ),
    ],
  },
  {
    title: 'Hold while',
    note: '0: not looked at. A hold ends by itself when its cause does.',
    copying: true,
    fields: [
      field('maxReplicaLagMs', 'A standby is behind by (ms)', 'The slowest one counts.', limit('ms')),
      field(
        'maxSlotBacklogMb',
        'A replication slot keeps (MB)',
        'WAL that the server cannot delete yet.',
        limit('MB'),
      ),
      field(
        'maxWalMbPerSecond',
        'The server writes WAL (MB/s)',
        'Of everybody, not of Segue alone.',
        limit('MB/s'),
      ),
      field('maxLockWaiters', 'Sessions wait for a lock on the table', 'So many at once.', limit('at once')),
      field('maxProbeMs', 'Reading one row takes (ms)', 'Measured every second.', limit('ms')),
      field(
        'maxVacuumMinutes',
        'A vacuum works on the table (minutes)',
        'At most so long for each vacuum.',
        limit('min'),
      ),
      field('maxDeadPercent', 'Dead rows in the table (%)', 'Until a vacuum has cleared them.', limit('%')),
    ],
  },
  {
    title: 'Stop and ask when',
    note: '0: not looked at.',
    copying: true,
    fields: [
      field(
        'stopRetainedWalMb',
        'A replication slot keeps more than (MB)',
        'Before the disk of the server fills up.',
        limit('MB'),
      ),
      field(
        'stopGrowthPercent',
        'The table has grown by more than (%)',
        'Its indexes included, since the copying began.',
        limit('%'),
      ),
    ],
  },
];
