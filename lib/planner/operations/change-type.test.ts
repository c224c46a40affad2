import { describe, expect, it } from 'vitest';
import { bareForeignKey } from '@/lib/planner/bare-catalog';
import { operationOn, phaseOf, planOf } from '@/test/plan-of';
import { sampleCatalog, sampleColumn, sampleIndex, sampleTable } from '@/test/sample-catalog';

const table = (changes: Parameters<typeof sampleTable>[1] = {}) =>
  sampleCatalog(
    sampleTable(
      [sampleColumn('price', { type: 'integer', notNull: true, notNullName: 'price_set', default: '1' })],
      changes,
    ),
  );
const widen = operationOn.changeType('price', 'bigint');
const swapOf = (plan: ReturnType<typeof planOf>) => phaseOf(plan, 'switch').steps[0];

describe('a unique column that changes its type', () => {
  const rules = (type: string, column = sampleColumn('name')) =>
    planOf(
      operationOn.changeType('name', type, { to: 'other', onFailure: 'reject' }),
      sampleCatalog(
        sampleTable([column], { indexes: [sampleIndex('users_name_key', ['name'], { unique: true })] }),
      ),
    ).findings.map((finding) => finding.rule);

  it('warns where two new values may be one old value, and not where they stay apart', () => {
    expect(rules('integer')).toContain('unique-by-old-values');
    expect(rules('bigint', sampleColumn('name', { type: 'integer' }))).not.toContain('unique-by-old-values');
  });
});

describe('change_type under the same name', () => {
  it('swaps columns, NOT NULL, default and index names with the function in one transaction, and back', () => {
    const plan = planOf(widen, table({ indexes: [sampleIndex('users_price_idx', ['price'])] }));
    const swap = swapOf(plan);
    expect(phaseOf(plan, 'switch').steps).toHaveLength(1);
    expect(swap?.transactional).toBe(true);
    const heads = (statements: readonly string[] = []) =>
      statements.map((text) => text.split('\n')[0]?.slice(0, 110));
    expect(heads(swap?.sql)).toEqual([
      'ALTER TABLE "public"."users" RENAME COLUMN "price" TO "segue_old_9f86d081_price"',
      'ALTER TABLE "public"."users" RENAME COLUMN "segue_new_9f86d081_price" TO "price"',
      'ALTER TABLE "public"."users" RENAME CONSTRAINT "price_set" TO "segue_onn_9f86d081_1"',
      'ALTER TABLE "public"."users" ADD CONSTRAINT "price_set" NOT NULL "price"',
      'ALTER TABLE "public"."users" ALTER COLUMN "price" SET DEFAULT 1',
      'ALTER TABLE "public"."users" ALTER COLUMN "segue_old_9f86d081_price" DROP DEFAULT',
      'ALTER TABLE "public"."users_segue_new_9f86d081_price_idx" RENAME COLUMN "segue_new_9f86d081_price" TO "price"',
      'ALTER INDEX "public"."users_price_idx" RENAME TO "segue_swap_9f86d081_1"',
      'ALTER INDEX "public"."users_segue_new_9f86d081_price_idx" RENAME TO "users_price_idx"',
      'ALTER INDEX "public"."segue_swap_9f86d081_1" RENAME TO "users_segue_new_9f86d081_price_idx"',
      'CREATE OR REPLACE FUNCTION segue."sync_9f86d081_1"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER',
      'CREATE OR REPLACE FUNCTION segue."record_9f86d081_1"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER',
    ]);
    expect(swap?.undo.at(-4)).toContain('RENAME COLUMN "price" TO "segue_new_9f86d081_price"');
    expect(swap?.undo.at(-3)).toContain('RENAME COLUMN "segue_old_9f86d081_price" TO "price"');
  });

  it('says what needs a reconnect', () => {
    expect(planOf(widen, table()).findings.map((finding) => finding.rule)).toContain('reconnect-at-swap');
  });

  it('compiles the functions of the table’s triggers anew, and names those of others', () => {
    const trigger = (functionOwned: boolean) => ({
      name: 'tidy',
      timing: 'before' as const,
      row: true,
      functionName: 'tidy',
      functionBody: '',
      functionSignature: 'public.tidy()',
      functionVolatility: 'volatile' as const,
      functionOwned,
      language: 'plpgsql',
    });
    const mine = planOf(widen, table({ triggers: [trigger(true)] }));
    expect(swapOf(mine)?.sql.at(-1)).toBe('ALTER FUNCTION public.tidy() VOLATILE');
    const theirs = planOf(widen, table({ triggers: [trigger(false)] }));
    expect(swapOf(theirs)?.sql.join()).not.toContain('ALTER FUNCTION');
    expect(theirs.findings.map((finding) => finding.rule)).toContain('recompile-function');
  });

  it('stops the way back with the keys of values that the old type cannot hold', () => {
    const checks = phaseOf(planOf(widen, table()), 'switch').rollbackChecks;
    expect(checks.map((check) => check.work.kind)).toEqual(['mismatches', 'exceptions']);
  });

  it('keeps the text of checks where the type only widens, and converts back where it does not', () => {
    const checks = [
      {
        name: 'positive',
        columns: ['price'],
        expression: 'price > 0',
        validated: true,
        noInherit: false,
        enforced: true,
        comment: null,
      },
    ];
    const added = (plan: ReturnType<typeof planOf>) =>
      phaseOf(plan, 'dual_write').steps.find(
        (step) => step.sql[0]?.includes('"users_positive') || step.sql[0]?.includes('"positive'),
      )?.sql[0];
    expect(added(planOf(widen, table({ checks })))).toContain('CHECK ("segue_new_9f86d081_price" > 0)');
    const cents = operationOn.changeType('price', 'numeric(10,2)', {
      up: 'price / 100.0',
      down: '(price * 100)::int',
    });
    expect(added(planOf(cents, table({ checks })))).toContain('* 100');
  });

  it('is refused with dual writes by the application', () => {
    expect(() => planOf(widen, table(), { dualWrite: 'application' })).toThrow(/no second column/);
  });

  it('takes the columns along that reference a key, and proves their foreign keys before the one swap', () => {
    const key = {
      ...bareForeignKey('orders_user_fk', ['user_id'], { schema: 'public', name: 'users' }, ['id']),
      onDelete: 'CASCADE',
    };
    const id = sampleColumn('id', { type: 'integer', notNull: true });
    const primary = (name: string) =>
      sampleIndex(name, ['id'], { unique: true, primary: true, constraint: name });
    const users = sampleTable([], {
      columns: [id],
      key: [{ name: 'id', type: 'integer' }],
      indexes: [primary('users_pkey')],
      inboundForeignKeys: [{ name: key.name, table: { schema: 'public', name: 'orders' }, columns: ['id'] }],
    });
    const orders = sampleTable([], {
      name: 'orders',
      columns: [id, sampleColumn('user_id', { type: 'integer' })],
      key: [{ name: 'id', type: 'integer' }],
      indexes: [primary('orders_pkey')],
      foreignKeys: [key],
    });
    const plan = planOf(operationOn.changeType('id', 'bigint'), sampleCatalog(users, orders));
    expect(plan.tables.map((each) => each.name)).toEqual(['orders', 'users']);
    const steps = phaseOf(plan, 'switch').steps;
    // Whatever takes long is in Sync; what Switch has before the swap is for the way back.
    expect(steps.map((step) => step.id.split('.')[2])).toEqual([
      'restore_proof',
      'restore',
      'restore',
      'restore',
      'prove_back',
      'swap',
    ]);
    expect(steps.slice(0, -1).flatMap((step) => step.sql)).toEqual([]);
    expect(
      phaseOf(plan, 'dual_write')
        .steps.filter((step) => step.scans)
        .map((step) => step.kind),
    ).toEqual(expect.arrayContaining(['build_index', 'validate']));
    const swap = steps.at(-1);
    expect(swap?.sql[0]).toBe('ALTER TABLE "public"."orders" DROP CONSTRAINT "orders_user_fk"');
    expect(swap?.sql.join('\n')).toContain(
      'DROP CONSTRAINT "users_pkey", ADD CONSTRAINT "users_pkey" PRIMARY KEY USING INDEX',
    );
    expect(swap?.undo.at(-1)).toContain('REFERENCES "public"."users" ("id") MATCH SIMPLE');
    expect(swap?.undo.at(-1)).toContain('NOT VALID');
    expect(swap?.locks.map((lock) => lock.relation)).toEqual(['public.users', 'public.orders']);
  });

  it('alone: what references the key keeps its type where it can be compared, and gets its foreign key anew', () => {
    const key = bareForeignKey('lines_box_fk', ['box'], { schema: 'public', name: 'users' }, ['id']);
    const parentOf = (type: string) =>
      sampleTable([], {
        columns: [sampleColumn('id', { type, notNull: true })],
        key: [{ name: 'id', type }],
        indexes: [
          sampleIndex('users_pkey', ['id'], { unique: true, primary: true, constraint: 'users_pkey' }),
        ],
        inboundForeignKeys: [{ name: key.name, table: { schema: 'public', name: 'lines' }, columns: ['id'] }],
      });
    const childOf = (type: string) =>
      sampleTable([sampleColumn('box', { type })], { name: 'lines', foreignKeys: [key] });
    const columnsAdded = (from: string, to: string, alone: boolean) => {
      const plan = planOf(
        operationOn.changeType('id', to, alone ? { alone } : {}),
        sampleCatalog(parentOf(from), childOf(from)),
      );
      expect(plan.tables.map((each) => each.name)).toEqual(['lines', 'users']);
      const swap = phaseOf(plan, 'switch').steps.at(-1);
      expect(swap?.sql[0]).toBe('ALTER TABLE "public"."lines" DROP CONSTRAINT "lines_box_fk"');
      expect(swap?.undo.at(-1)).toContain('FOREIGN KEY ("box") REFERENCES "public"."users" ("id")');
      const links = phaseOf(plan, 'dual_write').steps.flatMap(({ sql }) =>
        sql.filter((text) => text.includes('FOREIGN KEY')),
      );
      expect(links).toHaveLength(1);
      expect(links[0]).toContain(
        `FOREIGN KEY ("${plan.phases[0]?.steps.length === 1 ? 'box' : 'segue_new_9f86d081_box'}") REFERENCES "public"."users" ("segue_new_9f86d081_id")`,
      );
      return plan.phases[0]?.steps.flatMap(({ sql }) => sql).length;
    };
    expect(columnsAdded('integer', 'bigint', true)).toBe(1);
    expect(columnsAdded('integer', 'bigint', false)).toBe(2);
    // PostgreSQL has no = of uuid and text.
    expect(columnsAdded('uuid', 'text', true)).toBe(2);
  });

  it('takes keys beyond the old type, and says so; where nothing can stand in for them it warns', () => {
    const keyed = (type: string, changes: Parameters<typeof sampleTable>[1] = {}) =>
      sampleCatalog(
        sampleTable([], {
          columns: [sampleColumn('id', { type, notNull: true })],
          key: [{ name: 'id', type }],
          primaryKey: ['id'],
          ...changes,
        }),
      );
    const integer = planOf(operationOn.changeType('id', 'bigint'), keyed('integer'));
    expect(integer.findings.map(({ rule }) => rule)).toEqual(['key-beyond-old-type', 'reconnect-at-swap']);
    expect(phaseOf(integer, 'dual_write').steps[0]?.sql.join('\n')).toContain('MINVALUE -2147483648');
    expect(phaseOf(integer, 'contract').steps).toHaveLength(1);
    const roundTrip = (plan: typeof integer) =>
      phaseOf(plan, 'dual_write').exitChecks.find(({ id }) => id === '1.round_trip')?.work;
    // Nothing to be read: a wider number comes back as it was.
    expect(roundTrip(integer)).toMatchObject({ where: 'NOT (true)' });
    const text = planOf(operationOn.changeType('id', 'text'), keyed('character varying(9)'));
    expect(roundTrip(text)).not.toMatchObject({ where: 'NOT (true)' });
    expect(text.findings.map(({ rule }) => rule)).toEqual(['key-beyond-old-type', 'reconnect-at-swap']);
    // Eight hex digits behind the first character: all of its numbers fit.
    expect(phaseOf(text, 'dual_write').steps[0]?.sql.join('\n')).toContain(`MAXVALUE ${16 ** 8 - 1}`);
    const short = planOf(operationOn.changeType('id', 'text'), keyed('character varying(5)'));
    expect(short.findings.map(({ rule }) => rule)).toEqual(['conversion-can-fail', 'reconnect-at-swap']);
    const checks = [
      {
        name: 'users_id_check',
        columns: ['id'],
        expression: 'id > 0',
        validated: true,
        noInherit: false,
        enforced: true,
        comment: null,
      },
    ];
    const checked = planOf(operationOn.changeType('id', 'bigint'), keyed('integer', { checks }));
    expect(checked.findings.map(({ rule }) => rule)).toContain('check-on-old-key');
  });

  it('refuses to change the values of a key', () => {
    const keyed = sampleTable([], {
      columns: [sampleColumn('id', { type: 'integer', notNull: true })],
      key: [{ name: 'id', type: 'integer' }],
    });
    expect(() =>
      planOf(operationOn.changeType('id', 'bigint', { up: 'id * 2', down: 'id / 2' }), sampleCatalog(keyed)),
    ).toThrow(/can only be widened/);
  });
});
