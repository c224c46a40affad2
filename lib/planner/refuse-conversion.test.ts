import { describe, expect, it } from 'vitest';
import { SegueError } from '@/lib/core/errors';
import { operationOn, planOf } from '@/test/plan-of';
import { sampleCatalog, sampleColumn, sampleIndex, sampleTable } from '@/test/sample-catalog';
import { bareForeignKey } from './bare-catalog';
import type { TableInfo } from './catalog';

const key = bareForeignKey('users_team_fk', ['team'], { schema: 'public', name: 'teams' }, ['id']);

const change = (from: string, to: string, table: Partial<TableInfo>) =>
  planOf(
    operationOn.changeType('team', to, { to: 'team_new', onFailure: 'reject' }),
    sampleCatalog(sampleTable([sampleColumn('team', { type: from })], table)),
  );

const refusal = (from: string, to: string, table: Partial<TableInfo>) => {
  try {
    change(from, to, table);
  } catch (error) {
    if (error instanceof SegueError) return error;
    throw error;
  }
  throw new Error('it was not refused');
};

describe('a conversion that what hangs on the column cannot follow', () => {
  it('is refused where a foreign key would compare two types that have no =', () => {
    const error = refusal('uuid', 'text', { foreignKeys: [key] });
    expect(error).toMatchObject({ code: 'unsupported', object: 'public.users.team' });
    expect(error.message).toBe(
      'The foreign key "users_team_fk" cannot compare "public.users.team" as text with "public.teams".',
    );
    expect(error.next).toBe('Keep the type of the referenced column, or drop the foreign key first.');
  });

  it('is planned where the types compare', () => {
    expect(() => change('integer', 'bigint', { foreignKeys: [key] })).not.toThrow();
  });

  it('is refused where an index method does not know the new type', () => {
    const index = sampleIndex('users_team_gin', ['team'], { method: 'gin' });
    const error = refusal('jsonb', 'text', { indexes: [index] });
    expect(error.message).toBe(
      'The gin index "users_team_gin" of "public.users.team" cannot be built over text.',
    );
    expect(refusal('text', 'json', { indexes: [sampleIndex('i', ['team'])] }).message).toMatch(
      /btree index "i"/,
    );
  });
});
