import { describe, it } from 'vitest';
import type { TransitionFile } from '@/lib/core/operation';
import { FEWER_MAJORS } from '../postgres/test-majors';
import type { TrafficSpec } from '../traffic/traffic-spec';
import { liveThrough, type Scenario } from './lifecycle';
import { COMMON, ignores, scenarios, TEXT_BOUNDARIES, uses } from './scenario-parts';

type Kind = 'range' | 'list' | 'hash' | 'two levels';

/** Partitions of `items` that take every row of the workload; the default ones take what the bounds leave. */
const PARTITIONS: Record<Kind, { readonly by: string; readonly parts: string }> = {
  range: {
    by: 'RANGE (id)',
    parts: `CREATE TABLE items_low PARTITION OF items FOR VALUES FROM (MINVALUE) TO (2000000);
      CREATE TABLE items_mid PARTITION OF items FOR VALUES FROM (2000000) TO (5000000);
      CREATE TABLE items_rest PARTITION OF items DEFAULT;`,
  },
  list: {
    by: 'LIST (tenant)',
    parts: `CREATE TABLE items_few PARTITION OF items FOR VALUES IN (0, 1, 2, 3);
      CREATE TABLE items_rest PARTITION OF items DEFAULT;`,
  },
  hash: {
    by: 'HASH (id)',
    parts: `CREATE TABLE items_0 PARTITION OF items FOR VALUES WITH (MODULUS 3, REMAINDER 0);
      CREATE TABLE items_1 PARTITION OF items FOR VALUES WITH (MODULUS 3, REMAINDER 1);
      CREATE TABLE items_2 PARTITION OF items FOR VALUES WITH (MODULUS 3, REMAINDER 2);`,
  },
  'two levels': {
    by: 'RANGE (id)',
    parts: `CREATE TABLE items_low PARTITION OF items FOR VALUES FROM (MINVALUE) TO (4000000) PARTITION BY HASH (id);
      CREATE TABLE items_low_0 PARTITION OF items_low FOR VALUES WITH (MODULUS 2, REMAINDER 0);
      CREATE TABLE items_low_1 PARTITION OF items_low FOR VALUES WITH (MODULUS 2, REMAINDER 1);
      CREATE TABLE items_rest PARTITION OF items DEFAULT;`,
  },
};

const partitioned = (
  kind: Kind,
  what: string,
  columns: string,
  rest: {
    readonly before?: string;
    readonly after?: string;
    readonly operations: TransitionFile['operations'];
    readonly acknowledged?: readonly string[];
    readonly traffic: Pick<TrafficSpec, 'values' | 'boundaries' | 'versions'> & Partial<TrafficSpec>;
  },
): Scenario => ({
  name: `${what}, by ${kind}`,
  setup: `${rest.before ?? ''}
    CREATE TABLE items (id bigint, ${COMMON}, ${columns}, PRIMARY KEY (id${kind === 'list' ? ', tenant' : ''})) PARTITION BY ${PARTITIONS[kind].by};
    ${PARTITIONS[kind].parts}
    ${rest.after ?? ''}`,
  operations: rest.operations,
  acknowledged: rest.acknowledged ?? [],
  traffic: { table: 'items', key: { kind: 'bigint', columns: ['id'] }, unique: null, ...rest.traffic },
});

const rename = (kind: Kind, unique: boolean): Scenario =>
  partitioned(
    kind,
    `rename of a column with ${unique ? 'a unique constraint' : 'index, check, default and foreign key'}`,
    unique
      ? 'name text, CONSTRAINT items_name_key UNIQUE (name, id)'
      : "name text NOT NULL DEFAULT 'a' CONSTRAINT known CHECK (name <> 'forbidden') CONSTRAINT items_name_fk REFERENCES names",
    {
      before: unique
        ? ''
        : `CREATE TABLE names (name text PRIMARY KEY); INSERT INTO names SELECT chr(96 + g) FROM generate_series(1, 20) g;`,
      after: `CREATE INDEX items_name_idx ON items (lower(name), n); COMMENT ON INDEX items_name_idx IS 'for the search';
        INSERT INTO items SELECT 50000000 + g, 0, true, 1, ${unique ? "'before ' || g" : "'b'"} FROM generate_series(1, 1000) g;`,
      operations: [{ rename_column: { table: 'items', from: 'name', to: 'full_name' } }],
      traffic: {
        values: 'text',
        boundaries: unique ? TEXT_BOUNDARIES.slice(0, 3) : [],
        ...(unique
          ? {}
          : { pool: Array.from({ length: 20 }, (_, index) => String.fromCharCode(97 + index)) }),
        versions: unique
          ? { old: uses('name'), new: uses('full_name') }
          : {
              old: uses('name', { omitted: 'a', nullable: false }),
              new: uses('full_name', { omitted: 'a', nullable: false }),
            },
      },
    },
  );

const widen = (kind: Kind): Scenario => ({
  ...partitioned(
    kind,
    'change of type under the same name',
    'price int NOT NULL DEFAULT 250 CHECK (price <> 13)',
    {
      after: `CREATE INDEX items_price_idx ON items (price); CREATE INDEX items_half_idx ON items ((price / 2));
      INSERT INTO items SELECT 50000000 + g, 0, true, 1, g FROM generate_series(20, 1000) g;`,
      operations: [{ change_type: { table: 'items', column: 'price', type: 'bigint' } }],
      acknowledged: ['*'],
      traffic: {
        values: 'int',
        boundaries: ['0', '-1'],
        reconnectsOn: 'cached plan must not change result type',
        versions: {
          old: uses('price', { omitted: '250', nullable: false, raw: true }),
          new: uses('price', { omitted: '250', nullable: false, raw: true }),
        },
      },
    },
  ),
  takesBoth: true,
});

const cents = (kind: Kind): Scenario =>
  partitioned(kind, 'change of type under a new name', 'price int NOT NULL DEFAULT 250', {
    after: 'CREATE INDEX items_price_idx ON items (price);',
    operations: [
      {
        change_type: {
          table: 'items',
          column: 'price',
          to: 'price_decimal',
          type: 'numeric(10,2)',
          up: 'price / 100.0',
          down: '(price_decimal * 100)::int',
        },
      },
    ],
    acknowledged: ['*'],
    traffic: {
      values: 'int',
      boundaries: ['0', '-1'],
      versions: {
        old: uses('price', { omitted: '250', nullable: false }),
        new: uses('price_decimal', { codec: 'cents', omitted: '250', nullable: false }),
      },
    },
  });

const remove = (kind: Kind): Scenario =>
  partitioned(kind, 'removal of a column', 'fax text NOT NULL', {
    after: 'CREATE INDEX items_fax_idx ON items (tenant, fax);',
    operations: [{ drop_column: { table: 'items', column: 'fax', restore: "''" } }],
    acknowledged: ['*'],
    traffic: {
      values: 'text',
      boundaries: [],
      versions: { old: uses('fax', { nullable: false, mustGive: true }), new: ignores({ omitted: '' }) },
    },
  });

const country = (kind: Kind): Scenario =>
  partitioned(kind, 'NOT NULL for a column', 'country text', {
    operations: [{ set_not_null: { table: 'items', column: 'country', value: "'US'" } }],
    traffic: {
      values: 'text',
      nullReadsAs: 'US',
      boundaries: [''],
      versions: { old: uses('country'), new: uses('country', { nullable: false, mustGive: true }) },
    },
  });

const add = (kind: Kind): Scenario =>
  partitioned(kind, 'a new NOT NULL column', 'other text', {
    operations: [
      { add_column: { table: 'items', column: 'phone', type: 'text', nullable: false, value: "'none'" } },
    ],
    traffic: {
      values: 'text',
      boundaries: [''],
      versions: {
        old: ignores({ omitted: 'none' }),
        new: uses('phone', { nullable: false, mustGive: true }),
      },
    },
  });

describe.each(FEWER_MAJORS)('partitioned tables on PostgreSQL %i', (major) => {
  it.each(
    scenarios(
      [rename('two levels', false)],
      [
        rename('hash', true),
        widen('two levels'),
        cents('range'),
        remove('hash'),
        country('range'),
        add('two levels'),
      ],
    ),
  )('$name', async (scenario) => {
    await liveThrough(major, scenario);
  });
});
