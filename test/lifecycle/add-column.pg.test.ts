import { describe, it } from 'vitest';
import { FEWER_MAJORS } from '../postgres/test-majors';
import { liveThrough, type Scenario } from './lifecycle';
import { COMMON, ignores, scenarios, uses } from './scenario-parts';

const add = (
  name: string,
  column: {
    readonly type: string;
    readonly nullable?: boolean;
    readonly default?: string;
    readonly value?: string;
  },
  traffic: Pick<Scenario['traffic'], 'values' | 'boundaries' | 'versions'>,
): Scenario => ({
  name,
  setup: `CREATE TABLE items (id bigint PRIMARY KEY, ${COMMON});
    INSERT INTO items SELECT 50000000 + g, 0, true, 1 FROM generate_series(1, 2000) g;`,
  operations: [{ add_column: { table: 'items', column: 'phone', ...column } }],
  traffic: { table: 'items', key: { kind: 'bigint', columns: ['id'] }, unique: null, ...traffic },
});

const nullable = add(
  'nullable',
  { type: 'text' },
  {
    values: 'text',
    boundaries: [''],
    versions: { old: ignores(), new: uses('phone') },
  },
);

const constant = add(
  'with a constant default',
  { type: 'text', default: "'none'" },
  {
    values: 'text',
    boundaries: [''],
    versions: { old: ignores({ omitted: 'none' }), new: uses('phone', { omitted: 'none' }) },
  },
);

const volatile = add(
  'with a volatile default',
  { type: 'uuid', default: 'gen_random_uuid()' },
  {
    values: 'text',
    boundaries: ['00000000-0000-0000-0000-000000000000'],
    versions: {
      old: ignores({ omitted: '*' }),
      new: ignores({ omitted: '*', read: { column: 'phone', codec: 'same' } }),
    },
  },
);

const notNull = add(
  'NOT NULL with a value',
  { type: 'text', nullable: false, value: "'unknown'" },
  {
    values: 'text',
    boundaries: [''],
    versions: {
      old: ignores({ omitted: 'unknown' }),
      new: uses('phone', { nullable: false, mustGive: true }),
    },
  },
);

const notNullDefault = add(
  'NOT NULL with a volatile default',
  { type: 'uuid', nullable: false, default: 'gen_random_uuid()' },
  {
    values: 'text',
    boundaries: [],
    versions: {
      old: ignores({ omitted: '*' }),
      new: ignores({ omitted: '*', read: { column: 'phone', codec: 'same' } }),
    },
  },
);

/** Old code goes on writing the mail; new code reads the person that belongs to it, whoever wrote last. */
const follows = (nullable: boolean): Scenario => ({
  name: `looked up in another table, following, ${nullable ? 'nullable' : 'NOT NULL'}`,
  setup: `CREATE TABLE people (code text PRIMARY KEY, mail text NOT NULL UNIQUE);
    INSERT INTO people SELECT 'p' || g, 'p' || g FROM generate_series(1, 20) g;
    CREATE TABLE items (id bigint PRIMARY KEY, ${COMMON}, mail text NOT NULL);
    INSERT INTO items SELECT 50000000 + g, 0, true, 1, 'p' || 1 + g % 20 FROM generate_series(1, 2000) g;`,
  operations: [
    {
      add_column: {
        table: 'items',
        column: 'person',
        type: 'text',
        nullable,
        value: '(SELECT u.code FROM public.people u WHERE u.mail = items.mail)',
        follows: true,
      },
    },
  ],
  traffic: {
    table: 'items',
    key: { kind: 'bigint', columns: ['id'] },
    values: 'text',
    boundaries: [],
    pool: Array.from({ length: 20 }, (_, index) => `p${index + 1}`),
    unique: null,
    versions: {
      old: uses('mail', { nullable: false, mustGive: true }),
      new: {
        ...uses('person', { nullable: false, mustGive: true }),
        write: [
          { column: 'mail', codec: 'same' },
          { column: 'person', codec: 'same' },
        ],
      },
    },
  },
});

describe.each(FEWER_MAJORS)('add_column on PostgreSQL %i', (major) => {
  it.each(
    scenarios([constant, notNull, notNullDefault], [nullable, volatile, follows(false), follows(true)]),
  )('$name', async (scenario) => {
    await liveThrough(major, scenario);
  });
});
