import { PHASE_TITLES, type PhaseKind } from '@/lib/core/plan';
import type { TrackView } from '@/lib/views/transition-view';
import type { LaneStyle, TrackColumn } from './track-geometry';

const LANES: Record<LaneStyle, string> = {
  solid: 'reads and writes',
  thin: 'waits, its column is kept in step',
  dotted: 'cannot run, its column is retired',
  none: 'cannot run',
};

const STANDARD_TERMS: Record<PhaseKind, string> = {
  expand: 'expand',
  dual_write: 'dual write and backfill',
  switch: 'cut-over',
  contract: 'contract',
  purge: 'cleanup',
};

/** What holds in a column, and what others call its phase: for a tooltip. */
export function columnInWords(column: TrackColumn): string {
  const lanes = `Old code ${LANES[column.old]}. New code ${LANES[column.new]}.`;
  return column.phase === null
    ? lanes
    : `Also called ${STANDARD_TERMS[column.phase.kind]}. After it: ${lanes}`;
}

function titleAt(track: TrackView, position: number): string {
  const phase = track.phases[position - 1];
  return phase === undefined ? 'the start' : PHASE_TITLES[phase.kind];
}

/** One or two words under a phase's name. */
export function columnStateInWords(column: TrackColumn, track: TrackView): string {
  if (column.state === 'moving') {
    if (track.status === 'failed') return 'Stopped';
    if (track.status === 'paused') return 'Paused';
    if (track.status === 'pausing') return 'Pausing';
    if (track.status === 'held') return 'Held';
    if (track.direction === 'back') return 'Rolling back';
    if (column.fill !== null && column.fill < 1) return `${Math.floor(column.fill * 100)} %`;
    return 'Running';
  }
  if (column.state === 'current') {
    if (track.status === 'done') return 'Done';
    return column.index === 0 ? 'Now' : 'Done, now here';
  }
  if (column.state === 'done') return 'Done';
  if (track.status === 'abandoned') return 'Not run';
  if (column.phase?.kind === 'purge') return 'No way back';
  const next = track.movingPhase === null && column.index === track.position + 1;
  return next && track.status !== 'done' ? 'Next' : 'Later';
}

/** The track as sentences: the text equivalent of the drawing. */
export function trackInWords(track: TrackView): string {
  const names = track.phases.map((phase) => PHASE_TITLES[phase.kind]).join(', ');
  const sentences = [`${track.phases.length} phases: ${names}.`];
  const moving = track.movingPhase === null ? null : titleAt(track, track.movingPhase);
  if (moving === null) {
    sentences.push(
      track.position === 0 ? 'Nothing is done yet.' : `${titleAt(track, track.position)} is done.`,
    );
  } else {
    const share =
      track.backfill === null || track.direction === 'back'
        ? ''
        : `, ${Math.floor(track.backfill * 100)} % of rows copied`;
    sentences.push(
      `${moving} is ${track.direction === 'back' ? 'being rolled back' : `in progress${share}`}.`,
    );
  }
  const last = track.phases.length;
  sentences.push(
    track.oldCodeUntil >= last
      ? 'Old code runs throughout.'
      : `Old code runs until ${titleAt(track, track.oldCodeUntil)}.`,
    track.newCodeFrom <= 0
      ? 'New code runs throughout.'
      : `New code runs from ${titleAt(track, track.newCodeFrom)}.`,
  );
  const purge = track.phases.find((phase) => phase.kind === 'purge');
  if (purge !== undefined && track.position >= purge.number) sentences.push('It cannot be rolled back.');
  else if (track.position > 0 || moving !== null) sentences.push('The way back reaches to the start.');
  if (purge !== undefined && track.position < purge.number)
    sentences.push('Delete is the point of no return.');
  return sentences.join(' ');
}
