import type { Plan } from '@/lib/core/plan';
import { SEGUE_TABLES } from '../sync/segue-tables';
import { block, type ExportUnit } from './export-unit';

/** All text of a plan in which a name of schema segue could stand. */
const textOf = (plan: Plan): string =>
  JSON.stringify(
    plan.phases.map(({ steps, rollbackChecks, entryChecks }) => [steps, rollbackChecks, entryChecks]),
  );

/** True where a plan's triggers or tables stand in schema segue, whose name is quoted or not. */
export const needsSchema = (plan: Plan): boolean =>
  /\bsegue(\\")?\./.test(textOf(plan).replaceAll(/segue\.backfill/g, ''));

/** The schema with what triggers write to: the same as Segue itself would make, so that both may be in one database. */
export const makeSchema = (): ExportUnit => ({
  slug: 'schema-segue',
  title: 'The schema of the triggers',
  impact: 'Nobody waits.',
  statements: ['CREATE SCHEMA IF NOT EXISTS segue', ...Object.values(SEGUE_TABLES)],
  transaction: true,
  brief: true,
});

/** Takes it away again, unless Segue itself or another export still has something in it. */
export const dropSchema = (): ExportUnit => ({
  slug: 'schema-segue',
  title: 'Take the schema of the triggers away, unless something else is in it',
  impact: 'Nobody waits.',
  statements: [
    block(
      [],
      `  IF pg_catalog.to_regclass('segue.rollouts') IS NULL
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'segue') THEN
    DROP TABLE IF EXISTS ${Object.keys(SEGUE_TABLES)
      .map((name) => `segue.${name}`)
      .join(', ')};
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'segue') THEN
      DROP SCHEMA IF EXISTS segue;
    END IF;
  END IF;`,
    ),
  ],
  transaction: true,
  brief: true,
});
