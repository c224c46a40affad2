import type { ErrorCode } from '@/lib/core/errors';
import type { TargetOptions } from '@/lib/engine/target';
import type { Reading, ReadingKind, ReadingResult } from './readings';

/** What a reading process is told by the server that started it. */
export interface ReadingJob<K extends ReadingKind> {
  readonly target: Pick<TargetOptions, 'url' | 'tls'>;
  readonly reading: Reading<K>;
}

/** A SegueError on its way between two processes. */
export interface SentError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly object: string | undefined;
  readonly next: string | undefined;
  readonly evidence: Record<string, unknown> | undefined;
}

/** What it answers, once. */
export type ReadingAnswer<K extends ReadingKind> =
  | { readonly kind: 'read'; readonly result: ReadingResult<K> }
  | { readonly kind: 'refused'; readonly error: SentError }
  /** For the log: nobody foresaw it. */
  | { readonly kind: 'fault'; readonly fault: string };
