import pino from 'pino';

/** What is written of a fault. A driver's error carries its whole connection with it: that belongs into no log. */
export function loggedError(error: Error): Readonly<Record<string, unknown>> {
  const { type, message, stack } = pino.stdSerializers.err(error);
  const { code } = error as { readonly code?: unknown };
  return { type, message, ...(typeof code === 'string' ? { code } : {}), stack };
}

/** The process's log: one JSON line each. URLs and passwords are never passed to it; these paths are a second fence. */
export const logger = pino({
  name: 'segue',
  level: process.env.SEGUE_LOG_LEVEL ?? 'info',
  serializers: { err: loggedError },
  redact: ['url', '*.url', 'password', '*.password', 'secretUrl', '*.secretUrl'],
});
