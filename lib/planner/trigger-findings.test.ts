import { expect, it } from 'vitest';
import { sampleTable } from '@/test/sample-catalog';
import type { UserTrigger } from './catalog';
import { triggerFindings } from './trigger-findings';

const trigger = (name: string, changes: Partial<UserTrigger> = {}): UserTrigger => ({
  name,
  timing: 'before',
  row: true,
  functionName: 'f',
  functionBody: '',
  functionSignature: 'public.f()',
  functionVolatility: 'volatile',
  functionOwned: true,
  language: 'plpgsql',
  ...changes,
});
const messages = (...triggers: UserTrigger[]) =>
  triggerFindings(sampleTable(undefined, { triggers }), 'name', 0).map(({ message }) => message);

it('names the triggers that a backfill fires, for each row and for each batch, and no others', () => {
  const [message] = messages(
    trigger('stamp', { updates: true }),
    trigger('totals', { row: false, timing: 'after' }),
    trigger('on_insert', { updates: false }),
    trigger('on_delete', { updates: false, row: false }),
  );
  expect(message).toContain(
    'its row triggers fire for each: stamp; its statement triggers fire for each batch: totals.',
  );
  expect(messages(trigger('on_insert', { updates: false }))).toEqual([]);
});

it('says what a trigger that sets the old column means for new code', () => {
  const body = { functionBody: 'BEGIN NEW.name := lower(NEW.name); RETURN NEW; END' };
  expect(messages(trigger('tidy', body))[1]).toContain(
    'wins over what new code writes in the same statement',
  );
  expect(messages(trigger('log', { ...body, timing: 'after' }))[1]).not.toContain('wins over');
});
