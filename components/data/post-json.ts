import type { ActionResult } from '@/lib/actions/action-result';

/** Asks Segue's own API a question that needs a body, with its refusal as a value. Ends with an error where nobody answers, or `signal` calls it off. */
export async function postJson<T>(
  path: string,
  body: unknown,
  signal: AbortSignal,
): Promise<ActionResult<T>> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify(body),
    cache: 'no-store',
    signal,
  });
  const answer: unknown = await response.json();
  // The server's own types: both ends are built together, so the shape is trusted here.
  if (response.ok) return { ok: true, data: answer as T };
  return { ok: false, ...(answer as Pick<Extract<ActionResult<T>, { ok: false }>, 'error'>) };
}
