import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { SegueError } from '@/lib/core/errors';
import { isConnectionError } from '@/lib/engine/target';
import { logger } from '@/lib/services/logger';
import { fieldsOf } from '@/lib/services/parse-transition-file';
import type { ActionError } from './action-result';

/** An error as it may leave the server. What is no SegueError is logged and masked with a reference to the log. */
export function toActionError(error: unknown): ActionError {
  if (error instanceof SegueError && error.code !== 'internal') {
    const { fields, ...evidence } = error.evidence ?? {};
    return {
      code: error.code,
      message: error.message,
      next: error.next ?? null,
      object: error.object ?? null,
      ...(isFields(fields) ? { fields } : {}),
      ...(Object.keys(evidence).length > 0 ? { evidence } : {}),
    };
  }
  if (error instanceof z.ZodError) return inputError(error);
  // Targets' errors are SegueErrors by now: this is the control database.
  if (isConnectionError(error)) {
    logger.error({ err: error }, 'the control database cannot be reached');
    return {
      code: 'connection_failed',
      message: 'The control database cannot be reached.',
      next: 'Nothing was lost; try again when it is back.',
      object: 'control database',
    };
  }
  const reference = randomUUID().slice(0, 8);
  logger.error({ err: error, reference }, 'an unexpected error was masked');
  return {
    code: 'internal',
    message: `Something unexpected went wrong (reference ${reference}).`,
    next: 'Try again; if it stays, look for the reference in the log.',
    object: null,
  };
}

/** What is wrong with an input, by field. */
export function inputError(error: z.ZodError): ActionError {
  const fields = fieldsOf(error);
  return {
    code: 'invalid_input',
    message: Object.values(fields)[0] ?? 'The input cannot be read.',
    next: 'Correct the marked fields.',
    object: Object.keys(fields)[0] ?? null,
    fields,
  };
}

function isFields(value: unknown): value is Record<string, string> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((entry) => typeof entry === 'string')
  );
}
