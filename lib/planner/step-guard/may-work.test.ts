import { describe, expect, it } from 'vitest';
import { mayWork } from './may-work';
import { stepStatements } from './step-effects';

const works = (sql: string): boolean => stepStatements([sql]).parsed.some(mayWork);

describe('whether a statement may do work in proportion to a table', () => {
  it.each([
    'ALTER TABLE public.t ADD COLUMN c integer',
    'ALTER TABLE public.t ADD COLUMN c text COLLATE "C"',
    'ALTER TABLE public.t ADD COLUMN c character varying(20)[]',
    'ALTER TABLE public.t DROP COLUMN c',
    'ALTER TABLE public.t RENAME COLUMN c TO d',
  ])('never: %s', (sql) => expect(works(sql)).toBe(false));

  it.each([
    'ALTER TABLE public.t ADD COLUMN c integer DEFAULT 1',
    'ALTER TABLE public.t ADD COLUMN c integer NOT NULL',
    'ALTER TABLE public.t ADD COLUMN c serial',
    'ALTER TABLE public.t ADD COLUMN c bigserial',
    'ALTER TABLE public.t ADD COLUMN c public.some_domain',
    'ALTER TABLE public.t ADD COLUMN c integer, ADD COLUMN d integer DEFAULT random()',
    'ALTER TABLE public.t ALTER COLUMN c SET NOT NULL',
    'CREATE INDEX ON public.t (c)',
  ])('perhaps: %s', (sql) => expect(works(sql)).toBe(true));
});
