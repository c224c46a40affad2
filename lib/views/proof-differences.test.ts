import { expect, it } from 'vitest';
import { differenceViews } from './proof-differences';

it('puts both sides of one thing together, and keeps what is said in words', () => {
  expect(
    differenceViews([
      '- column public.users.score integer notnull t',
      '- index CREATE UNIQUE INDEX users_score ON public.users USING btree (score) valid t',
      '+ column public.users.score integer notnull f',
      '+ constraint public.users "odd name" CHECK (true) validated t',
      'values of public.users.score',
      'rows of public.users: 3 and 4',
      'sequence public.users_id_seq: 4, not called and 9',
      'and 12 more',
    ]),
  ).toEqual([
    { what: 'column public.users.score', file: 'integer notnull t', plan: 'integer notnull f' },
    {
      what: 'definition of index users_score',
      file: 'CREATE UNIQUE INDEX users_score ON public.users USING btree (score) valid t',
      plan: null,
    },
    { what: 'constraint public.users "odd name"', file: null, plan: 'CHECK (true) validated t' },
    { what: 'values of public.users.score', file: null, plan: null },
    { what: 'rows of public.users', file: '3', plan: '4' },
    { what: 'sequence public.users_id_seq', file: '4, not called', plan: '9' },
    { what: 'and 12 more', file: null, plan: null },
  ]);
});

it('takes a line of a kind that it does not know as it is', () => {
  expect(differenceViews(['+ something new'])).toEqual([{ what: 'something new', file: null, plan: '' }]);
});
