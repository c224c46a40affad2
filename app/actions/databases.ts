'use server';

import { z } from 'zod';
import { defineAction } from '@/lib/actions/define-action';
import { addDatabase as add, addDatabaseInput } from '@/lib/services/add-database';
import { removeDatabase as remove } from '@/lib/services/remove-database';
import { testDatabase as test, testNewDatabase as testNew } from '@/lib/services/test-database';
import { updateDatabase as update, updateDatabaseInput } from '@/lib/services/update-database';

const byId = z.strictObject({ id: z.uuid() });

export const addDatabase = defineAction(addDatabaseInput, add);

export const testDatabase = defineAction(byId, (context, _actor, input) => test(context, input));

export const testNewDatabase = defineAction(
  addDatabaseInput.pick({ url: true, tls: true }),
  (_context, _actor, input) => testNew(input),
  { revalidates: false },
);

export const removeDatabase = defineAction(byId, async (context, actor, input) => {
  await remove(context, actor, input);
  return null;
});

export const updateDatabase = defineAction(updateDatabaseInput.extend({ id: z.uuid() }), update);
