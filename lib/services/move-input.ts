import { z } from 'zod';

/** What an advance takes beside the transition's id: from the page, the API. */
export const advanceInput = z.strictObject({
  version: z.number().int(),
  deployConfirmed: z.boolean().optional(),
  note: z.string().max(2000).optional(),
  acknowledged: z.array(z.string().max(200)).max(100).optional(),
  typedTable: z.string().max(200).optional(),
});

export const rollBackInput = advanceInput.pick({ version: true, note: true, acknowledged: true });

export const versionInput = advanceInput.pick({ version: true });
