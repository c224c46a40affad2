'use server';

import { z } from 'zod';
import { defineAction, defineQuestion } from '@/lib/actions/define-action';
import type { TransitionFile } from '@/lib/core/operation';
import { abandonTransition as abandon } from '@/lib/services/abandon-transition';
import { approvePlan as approve } from '@/lib/services/approve-plan';
import { createTransition as create } from '@/lib/services/create-transition';
import { duplicateTransition as duplicate } from '@/lib/services/duplicate-transition';
import { editDraft as edit } from '@/lib/services/edit-draft';
import { previewPlan as preview } from '@/lib/services/preview-plan';
import { proveAgain as prove } from '@/lib/services/prove-again';
import { migrationInput } from '@/lib/services/reading/migration-input';

const id = z.uuid();
const version = z.number().int();
/** Parsed by the service, which names the fields. */
const file = z.custom<TransitionFile>((value) => typeof value === 'object' && value !== null);
const databaseId = z.uuid('Choose a database.');
const forDatabase = z.strictObject({ databaseId, file });
const fromMigration = z.strictObject({ databaseId, migration: migrationInput });

export const previewPlan = defineQuestion(forDatabase.extend({ trySql: z.boolean().optional() }), preview);

export const createTransition = defineAction(z.union([forDatabase, fromMigration]), create);

export const editDraft = defineAction(
  z.union([forDatabase.extend({ id, version }), fromMigration.extend({ id, version })]),
  edit,
);

export const duplicateTransition = defineAction(z.strictObject({ id }), duplicate);

export const abandonTransition = defineAction(
  z.strictObject({ id, version }),
  async (context, actor, input) => {
    await abandon(context, actor, input);
    return null;
  },
);

export const approvePlan = defineAction(
  z.strictObject({ id, planDigest: z.string().min(1), note: z.string().max(2000).optional() }),
  async (context, actor, input) => {
    await approve(context, actor, input);
    return null;
  },
);

export const proveAgain = defineAction(z.strictObject({ id }), async (context, actor, input) => {
  await prove(context, actor, input);
  return null;
});
