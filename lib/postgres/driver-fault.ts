/**
 * postgres.js (3.4.9, issues 1066, 1154, 1208): where a session dies inside a transaction, the driver sends its ROLLBACK to
 * the socket that is gone, and throws from a timer where nobody can catch it. The transaction itself was rejected properly
 * before. Unheeded, the end of one target's session would end the whole process.
 */
export function isDriverFault(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const message = 'message' in error ? String(error.message) : '';
  const stack = 'stack' in error ? String(error.stack) : '';
  return message.includes("reading 'write'") && /postgres[\\/](cjs[\\/])?src[\\/]connection\.js/.test(stack);
}

declare global {
  // Shared by the copies of this module that one process holds.
  var segueDriverFaultListeners: Set<() => void> | undefined;
}

/**
 * Lets the process outlive such a fault. Any other uncaught error ends it as before, unless somebody else listens too. May be
 * called often.
 */
export function surviveDriverFaults(): void {
  if (globalThis.segueDriverFaultListeners !== undefined) return;
  const listeners = new Set<() => void>();
  globalThis.segueDriverFaultListeners = listeners;
  process.on('uncaughtException', (error) => {
    if (isDriverFault(error)) {
      for (const listener of listeners) listener();
      return;
    }
    if (process.listenerCount('uncaughtException') > 1) return;
    console.error(error);
    process.exit(1);
  });
}

/** Calls `listener` after each fault: a pool that it hit has lost a connection for good. Returns how to stop listening. */
export function onDriverFault(listener: () => void): () => void {
  const listeners = globalThis.segueDriverFaultListeners;
  listeners?.add(listener);
  return () => listeners?.delete(listener);
}
