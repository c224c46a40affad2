import { describe, expect, it } from 'vitest';
import type { Operation } from '@/lib/core/operation';
import { operationOn, phaseOf, planOf } from '@/test/plan-of';
import { sampleCatalog, sampleColumn, sampleIndex, sampleTable } from '@/test/sample-catalog';

const keyed = sampleCatalog(
  sampleTable([sampleColumn('price', { type: 'integer' }), sampleColumn('note')], {
    columns: [
      sampleColumn('id', { type: 'bigint', notNull: true }),
      sampleColumn('price', { type: 'integer' }),
      sampleColumn('note'),
    ],
    indexes: [sampleIndex('users_pkey', ['id'], { unique: true, primary: true, constraint: 'users_pkey' })],
  }),
);
const rename = operationOn.rename('id', 'user_id');
const sqlOf = (plan: ReturnType<typeof planOf>, kind: 'dual_write' | 'contract') =>
  phaseOf(plan, kind).steps.flatMap(({ sql }) => sql.map((text) => text.split('\n')[0] ?? ''));

describe('rename_column of a key', () => {
  const plan = planOf(rename, keyed);

  it('builds both unique indexes in Sync, and lets the key go over at Retire', () => {
    expect(sqlOf(plan, 'dual_write').filter((text) => text.includes('UNIQUE INDEX'))).toEqual([
      expect.stringMatching(/CONCURRENTLY "users_pkey_user_id" ON .*\("user_id"\)/),
      expect.stringMatching(/CONCURRENTLY "users_pkey_id" ON .*\("id"\)/),
    ]);
    expect(sqlOf(plan, 'contract')[0]).toBe(
      'ALTER TABLE "public"."users" DROP CONSTRAINT "users_pkey", ADD CONSTRAINT "users_pkey" PRIMARY KEY USING INDEX "users_pkey_user_id"',
    );
  });

  it('makes the new column unique again before the key goes back, and the old one afterwards', () => {
    const undone = [...phaseOf(plan, 'contract').steps].reverse().flatMap(({ undo }) => undo);
    const at = (text: string) => undone.findIndex((statement) => statement.includes(text));
    expect(at('INDEX CONCURRENTLY "users_pkey_user_id"')).toBe(0);
    expect(at('USING INDEX "users_pkey_id"')).toBeGreaterThan(0);
    expect(at('INDEX CONCURRENTLY "users_pkey_id"')).toBe(undone.length - 1);
  });

  it('finds rows by the new name once the old one is gone, for other columns too', () => {
    const both = planOf([rename, operationOn.rename('note', 'notes')], keyed);
    const keys = phaseOf(both, 'purge').entryChecks.flatMap(({ work }) =>
      work.kind === 'mismatches' ? [work.key.map(({ name }) => name)] : [],
    );
    expect(keys).toEqual([['user_id'], ['user_id']]);
  });

  it('is refused beside what records rows by it', () => {
    expect(() => planOf([rename, operationOn.changeType('price', 'bigint')], keyed)).toThrow(
      'Operation 1 renames "public.users.id", by which operation 2 records rows.',
    );
  });
});

describe('rename_column with what is said of the new name', () => {
  const withNotNull = (value: string): readonly Operation[] => [
    operationOn.rename('note', 'notes'),
    operationOn.setNotNull('notes', value),
    { kind: 'drop_default', table: { schema: 'public', name: 'users' }, column: 'notes' },
  ];

  it('gives the new column a value where the old one is NULL, and NOT NULL without a default', () => {
    const plan = planOf(withNotNull("'?'"), keyed);
    const copy = sqlOf(plan, 'dual_write').find((text) => text.startsWith('UPDATE')) ?? '';
    expect(copy).toContain(`SET "notes" = coalesce(t."note", CAST(('?') AS text)) WHERE`);
    expect(phaseOf(plan, 'switch').steps.flatMap(({ sql }) => sql)[0]).toContain('"notes" SET NOT NULL');
    expect(sqlOf(plan, 'contract').join('\n')).toContain('"notes" DROP DEFAULT');
    expect(sqlOf(plan, 'contract').join('\n')).not.toContain('"notes" SET DEFAULT');
  });

  it('refuses a value that differs each time', () => {
    expect(() => planOf(withNotNull('random()::text'), keyed)).toThrow(/volatile or unknown/);
  });
});
