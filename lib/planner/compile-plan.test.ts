import { parseSync } from 'libpg-query';
import { describe, expect, it } from 'vitest';
import type { Operation } from '@/lib/core/operation';
import { operationOn, outlineOf, phaseOf, planOf } from '@/test/plan-of';
import { sampleCatalog, sampleColumn, sampleIndex, sampleTable } from '@/test/sample-catalog';
import { assumeCatalog } from './assume-catalog';
import { compilePlan } from './compile-plan';

describe('several operations', () => {
  const columns = ['name', 'fax', 'country'].map((name) => sampleColumn(name));
  const catalog = sampleCatalog(sampleTable(columns));
  const plan = planOf(
    [
      operationOn.rename('name', 'full_name'),
      operationOn.add('phone', 'text'),
      operationOn.drop('fax'),
      operationOn.setNotNull('country', "'US'"),
    ],
    catalog,
  );

  it('merge phase by phase, in the order of the file', () => {
    expect(plan.phases.map((phase) => phase.steps.map((step) => step.id))).toEqual([
      ['1.expand.add_column', '2.expand.add_column'],
      [
        '1.dual_write.sync',
        '1.dual_write.backfill',
        '1.dual_write.analyze',
        '4.dual_write.fill',
        '4.dual_write.backfill',
        '4.dual_write.constraint.segue_nn_9f86d081_4',
        '4.dual_write.validate.segue_nn_9f86d081_4',
      ],
      ['1.switch.lead', '4.switch.set_not_null'],
      [
        '1.contract.retire',
        '3.contract.retire',
        '4.contract.stop_filling',
        '4.contract.prove_back',
        '4.contract.drop_proof',
      ],
      ['1.purge.drop', '3.purge.drop'],
    ]);
  });

  it('let new code run when the last of them is ready, and old code until the first of them ends it', () => {
    expect([plan.newCodeFrom, plan.oldCodeUntil]).toEqual([2, 3]);
  });

  it('ask one question per phase that names every column', () => {
    const { deploy } = phaseOf(plan, 'contract');
    expect(deploy?.question).toContain('"name"');
    expect(deploy?.question).toContain('"fax"');
    expect(deploy?.question).toContain('"country"');
  });

  it('are lossless only where every part is', () => {
    expect(plan.phases.map((phase) => phase.lossless)).toEqual([true, false, true, true, false]);
  });

  it('may work on several tables', () => {
    const two = compilePlan(
      {
        name: 'two',
        dualWrite: 'managed',
        operations: [
          operationOn.rename('name', 'full_name'),
          {
            kind: 'add_column',
            table: { schema: 'shop', name: 'orders' },
            column: 'n',
            type: 'text',
            nullable: true,
          },
        ],
      },
      sampleCatalog(sampleTable(), sampleTable([], { schema: 'shop', name: 'orders' })),
    );
    expect(two.tables).toEqual([
      { schema: 'public', name: 'users' },
      { schema: 'shop', name: 'orders' },
    ]);
  });

  it('claim foreign-key partners too', () => {
    const orders = { schema: 'public', name: 'orders' };
    const table = sampleTable([sampleColumn('name')], {
      inboundForeignKeys: [{ name: 'fk', table: orders, columns: ['id'] }],
    });
    expect(planOf(operationOn.rename('name', 'n'), sampleCatalog(table)).claims).toEqual([
      orders,
      { schema: 'public', name: 'users' },
    ]);
  });
});

describe('dual writes by the application', () => {
  const plan = planOf(operationOn.rename('name', 'full_name'), sampleCatalog(), { dualWrite: 'application' });

  it('install the sync with switch, so that code that writes one side only may come before contract', () => {
    expect(outlineOf(plan)).toEqual([
      'expand: add_column',
      'dual_write: backfill, analyze',
      'switch: lead',
      'contract: retire',
      'purge: drop',
    ]);
    expect([plan.newCodeFrom, plan.oldCodeUntil]).toEqual([3, 3]);
    const triggers = (kind: 'dual_write' | 'switch' | 'contract') =>
      phaseOf(plan, kind)
        .steps.flatMap((step) => step.sql)
        .filter((sql) => sql.startsWith('CREATE TRIGGER'));
    expect(triggers('dual_write')).toEqual([]);
    expect(triggers('switch')).toHaveLength(2);
    expect(triggers('contract')).toEqual([]);
  });

  it('ask before dual_write whether the code that writes both is live, and show it', () => {
    const { deploy } = phaseOf(plan, 'dual_write');
    expect(deploy?.question).toBe('Does every running version write both "name" and "full_name"?');
    expect(deploy?.code.sql).toContain('"name" = $1, "full_name" = $2');
  });

  it('ask before switch for code that reads the new column and still writes both', () => {
    expect(phaseOf(plan, 'switch').deploy?.question).toBe(
      'Does the live version read "full_name" and still write both columns?',
    );
  });
});

describe('without a database', () => {
  it('plans against an assumed catalog and says so', () => {
    const operations = [operationOn.rename('name', 'full_name'), operationOn.setNotNull('id', '0')];
    const plan = compilePlan({ name: 'a', dualWrite: 'managed', operations }, assumeCatalog(operations));
    expect(plan.findings.map((finding) => finding.rule)).toContain('assumed-catalog');
  });

  it('plans every operation of the design', () => {
    const operations: Operation[] = [
      operationOn.rename('name', 'full_name'),
      operationOn.add('phone', 'text', { default: "''" }),
      operationOn.drop('fax', "''"),
      operationOn.changeType('price', 'numeric(10,2)', {
        to: 'price_decimal',
        up: 'price / 100.0',
        down: '(price_decimal * 100)::int',
      }),
      operationOn.setNotNull('country_code', "'US'"),
    ];
    const plan = compilePlan({ name: 'all', dualWrite: 'managed', operations }, assumeCatalog(operations));
    expect(plan.phases.map((phase) => phase.kind)).toEqual([
      'expand',
      'dual_write',
      'switch',
      'contract',
      'purge',
    ]);
  });
});

const NASTY = [
  'select',
  'a"b',
  "it's",
  'back\\slash',
  'Grüße',
  'a.b',
  'x y',
  '$1',
  '$segue$',
  ');--',
  '%I',
  'x'.repeat(63),
];

describe('nasty names', () => {
  it.each(NASTY)(
    '%s is the name of a schema, a table, columns, a key and an index, and all SQL still parses',
    (name) => {
      const relation = { schema: name, name };
      const columns = [
        sampleColumn(name, { notNull: true, default: quoteText(name) }),
        sampleColumn(`${name.slice(0, 50)}2`),
        sampleColumn(`${name.slice(0, 50)}3`),
      ];
      const table = sampleTable(columns, {
        ...relation,
        key: [{ name: `${name.slice(0, 50)}4`, type: 'bigint' }],
        indexes: [sampleIndex(name, [name], { unique: true, constraint: name, comment: name })],
      });
      const operations: Operation[] = [
        { kind: 'rename_column', table: relation, from: name, to: `${name.slice(0, 50)} new` },
        { kind: 'drop_column', table: relation, column: `${name.slice(0, 50)}2` },
        { kind: 'set_not_null', table: relation, column: `${name.slice(0, 50)}3`, value: "'x'" },
        {
          kind: 'add_column',
          table: relation,
          column: `${name.slice(0, 50)}5`,
          type: 'text',
          nullable: false,
          value: "''",
        },
      ];
      const plan = compilePlan({ name: 'nasty', dualWrite: 'managed', operations }, sampleCatalog(table));
      for (const statement of plan.phases.flatMap((phase) =>
        phase.steps.flatMap((step) => [...step.sql, ...step.undo]),
      ))
        expect(parseSync(statement).stmts, statement).toHaveLength(1);
    },
  );
});

const quoteText = (text: string) => `'${text.replaceAll("'", "''")}'::text`;
