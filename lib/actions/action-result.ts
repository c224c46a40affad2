import type { ErrorCode } from '@/lib/core/errors';

/** What a person is told when something did not succeed. Never a stack, a URL or a driver's message. */
export interface ActionError {
  /** `introduce`: a display name is needed first. */
  readonly code: ErrorCode | 'introduce';
  readonly message: string;
  readonly next: string | null;
  readonly object: string | null;
  /** Field path → message. */
  readonly fields?: Readonly<Record<string, string>>;
  readonly evidence?: Readonly<Record<string, unknown>>;
}

export type ActionResult<T> =
  | { readonly ok: true; readonly data: T }
  | { readonly ok: false; readonly error: ActionError };
