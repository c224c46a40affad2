/** Reads JSON from Segue's own API. A refusal becomes an Error with the server's sentence. */
export async function fetchJson<T>(path: string): Promise<T> {
  const response = await fetch(path, { headers: { accept: 'application/json' }, cache: 'no-store' });
  const body: unknown = await response.json();
  if (!response.ok) throw new Error(messageIn(body) ?? `${path} answered ${response.status}`);
  // The server's own types: both ends are built together, so the shape is trusted here.
  return body as T;
}

function messageIn(body: unknown): string | null {
  if (typeof body !== 'object' || body === null || !('error' in body)) return null;
  const { error } = body;
  if (typeof error !== 'object' || error === null || !('message' in error)) return null;
  return typeof error.message === 'string' ? error.message : null;
}
