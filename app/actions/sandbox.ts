'use server';

import { z } from 'zod';
import { defineAction } from '@/lib/actions/define-action';
import { createSandbox as create } from '@/lib/sandbox/create-sandbox';
import { removeSandbox as remove } from '@/lib/sandbox/remove-sandbox';
import { switchTraffic as move, switchInput } from '@/lib/sandbox/switch-traffic';

const nothing = z.strictObject({});

export const createSandbox = defineAction(
  nothing,
  async (context, actor) => {
    await create(context, actor);
    return null;
  },
  { revalidates: false },
);

export const removeSandbox = defineAction(nothing, async (context, actor) => {
  await remove(context, actor);
  return null;
});

export const switchTraffic = defineAction(
  switchInput,
  async (context, actor, input) => {
    await move(context, actor, input);
    return null;
  },
  { revalidates: false },
);
