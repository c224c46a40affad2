'use server';

import { z } from 'zod';
import { defineQuestion } from '@/lib/actions/define-action';
import { reportClientError as report } from '@/lib/services/report-client-error';

const clientErrorInput = z.strictObject({
  path: z.string().transform((text) => text.slice(0, 200)),
  message: z.string().transform((text) => text.slice(0, 500)),
  stack: z
    .string()
    .transform((text) => text.slice(0, 2000))
    .nullable(),
});

/** An error that only the browser knows of. What the server threw is in the log already, under its digest. */
export const reportClientError = defineQuestion(clientErrorInput, async (_context, error) => {
  report(error);
  return null;
});
