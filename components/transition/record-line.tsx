import { type MigrationRecord, RECORD_STEP, recordedFile, teamCommand } from '@/lib/core/migration-record';
import type { TransitionLive } from '@/lib/views/transition-view';

/** The team's own migration file that the transition stands for, and what its tool knows of it. */
export function RecordLine({
  record,
  live,
}: {
  readonly record: MigrationRecord | undefined;
  readonly live: TransitionLive;
}) {
  if (record === undefined) return null;
  const stays =
    live.track.position === 0 &&
    live.track.movingPhase === null &&
    live.checks.some(
      (check) =>
        check.id === `${RECORD_STEP}.last` && check.moment === 'rollback' && check.evidence.length > 0,
    );
  return (
    <p className="text-sm text-ink-2">
      <span className="font-mono break-words">{recordedFile(record)}</span>{' '}
      {stays ? 'stays recorded in ' : 'is recorded in '}
      <span className="font-mono break-words">
        {record.table.schema}.{record.table.name}
      </span>{' '}
      {stays
        ? `although this is rolled back: a later file is recorded too. ${teamCommand(record.tool)} will not run it again; write what is still wanted into a new file.`
        : `with the first step: ${teamCommand(record.tool)} then finds nothing to do for it.`}
    </p>
  );
}
