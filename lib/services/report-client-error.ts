import { logger } from './logger';

/** What a browser says of an error of its own. */
export interface ClientError {
  readonly path: string;
  readonly message: string;
  readonly stack: string | null;
}

/** Leaves a browser's error in the log; it changes nothing and can be said by anybody who can see a page. */
export function reportClientError(error: ClientError): void {
  logger.warn({ client: error }, 'a page failed in the browser');
}
