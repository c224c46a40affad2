import { describe, expect, it } from 'vitest';
import { compiledOf } from '@/test/memory-of';

const HISTORY = `
  CREATE TABLE pets (id int PRIMARY KEY, label text, chip text, is_tame boolean, mood text);
  CREATE TABLE visits (id int PRIMARY KEY, pet_id int, remark text, chip text);`;

const planOf = (text: string) => compiledOf(text, HISTORY).plan;
const said = (text: string): string[] =>
  planOf(text)
    .findings.filter(({ rule }) => rule === 'not-carried-over')
    .map(({ message }) => message);
const asked = (text: string, phase: string) =>
  planOf(text).phases.find(({ kind }) => kind === phase)?.deploy?.question ?? '';

const CHIPS = 'CREATE TABLE chips (pet int PRIMARY KEY, code text);';

describe('rows copied once, from what goes', () => {
  it('says which column does not reach which table, and asks before Retire', () => {
    const text = `${CHIPS} INSERT INTO chips SELECT id, chip FROM pets; ALTER TABLE pets DROP COLUMN chip;`;
    expect(said(text)).toEqual([
      'What old code writes to public.pets.chip after Sync has copied it to chips does not reach chips, and public.pets.chip goes in Retire.',
    ]);
    expect(asked(text, 'contract')).toContain(
      'Is what old code wrote to public.pets.chip since Sync in chips too, or may it go?',
    );
    expect(planOf(text).phases.find(({ kind }) => kind === 'contract')?.deploy?.decisions).toMatchObject([
      { id: 'not-carried-over:public.pets.chip' },
    ]);
    // What was asked before is asked still.
    expect(asked(text, 'contract')).toContain('out of service');
  });

  it('of a table that is dropped, by name or by a query beside it', () => {
    const gone = 'DROP TABLE visits;';
    expect(said(`${CHIPS} INSERT INTO chips SELECT id, chip FROM visits; ${gone}`)).toHaveLength(1);
    expect(
      said(`${CHIPS} WITH v AS (SELECT id, chip FROM visits) INSERT INTO chips SELECT * FROM v; ${gone}`),
    ).toHaveLength(1);
  });

  it('of rows that are deleted after they were copied, while old code may add more', () => {
    const text = `${CHIPS} INSERT INTO chips SELECT id, chip FROM visits WHERE id > 9; DELETE FROM visits WHERE id > 9;`;
    expect(said(text)).toEqual([
      expect.stringMatching(/adds to public\.visits.*that does not reach chips\.$/),
    ]);
    expect(asked(text, 'dual_write')).toContain('public.visits meanwhile');
    expect(
      said(`${CHIPS} DELETE FROM visits WHERE id > 9; INSERT INTO chips SELECT id, chip FROM visits;`),
    ).toEqual([]);
  });

  it('of an update from a column or a table that goes', () => {
    expect(
      said("UPDATE pets SET mood = 'calm' WHERE is_tame AND id > 3; ALTER TABLE pets DROP COLUMN chip;"),
    ).toEqual([]);
    expect(
      said("UPDATE pets SET mood = 'calm' WHERE chip = 'x' AND id > 3; ALTER TABLE pets DROP COLUMN chip;"),
    ).toEqual([expect.stringContaining('public.pets.chip after Sync has copied it to public.pets')]);
    expect(
      said('UPDATE pets SET mood = v.remark FROM visits v WHERE v.pet_id = pets.id; DROP TABLE visits;'),
    ).toEqual([expect.stringContaining('public.visits after Sync')]);
  });

  it('not of what stays, what nobody reads, what is followed, and what the file made itself', () => {
    const copy = `${CHIPS} INSERT INTO chips (pet, code) SELECT p.id, p.chip FROM pets p;`;
    for (const text of [
      copy,
      `${copy} ALTER TABLE pets DROP COLUMN mood;`,
      `${copy} ALTER TABLE visits DROP COLUMN chip;`,
      `${copy} DROP TABLE visits;`,
      // Its name stands in the target's list alone.
      'INSERT INTO visits (id, chip) SELECT id, label FROM pets; ALTER TABLE visits DROP COLUMN chip;',
      `${copy} ALTER TABLE pets RENAME COLUMN chip TO tag;`,
      'ALTER TABLE pets ADD COLUMN tag text; UPDATE pets SET tag = chip; ALTER TABLE pets DROP COLUMN chip;',
    ])
      expect(said(text), text).toEqual([]);
  });
});
