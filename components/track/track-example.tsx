'use client';

import { useState } from 'react';
import type { TrackView } from '@/lib/views/transition-view';
import { Track } from './track';

const RENAME: TrackView = {
  phases: [
    { number: 1, kind: 'expand', lossless: true },
    { number: 2, kind: 'dual_write', lossless: true },
    { number: 3, kind: 'switch', lossless: true },
    { number: 4, kind: 'contract', lossless: true },
    { number: 5, kind: 'purge', lossless: false },
  ],
  position: 0,
  movingPhase: null,
  direction: null,
  status: 'ready',
  newCodeFrom: 2,
  oldCodeUntil: 3,
  synced: true,
  backfill: null,
};

const WORDS = [
  'Add: the new column appears beside the old, empty. Nobody uses it yet.',
  'Sync: a trigger keeps both the same, and the old rows are copied. Old and new code both run.',
  'Switch: the new column leads. You ship the last readers. Old code still runs.',
  'Retire: the old column is renamed away but still fed, for as long as you want to be able to return.',
  'Delete: the old column is dropped. Only this cannot be taken back.',
] as const;

/** The track of a rename to try out: each phase moves the marker and says what holds there. */
export function TrackExample() {
  const [position, setPosition] = useState(2);
  return (
    <div>
      <div className="mb-3">
        <h2 className="text-lg font-semibold">How a transition runs</h2>
        <p className="min-h-10 text-ink-2 sm:min-h-5" aria-live="polite">
          {WORDS[position - 1]}
        </p>
      </div>
      <Track
        track={{ ...RENAME, position, status: position === 5 ? 'done' : 'ready' }}
        selected={position}
        onSelect={setPosition}
      />
    </div>
  );
}
