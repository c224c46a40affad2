import pino from 'pino';

/** The process's log: one JSON line each. URLs and passwords are never passed to it; these paths are a second fence. */
export const logger = pino({
  name: 'segue',
  level: process.env.SEGUE_LOG_LEVEL ?? 'info',
  redact: ['url', '*.url', 'password', '*.password', 'secretUrl', '*.secretUrl'],
});
