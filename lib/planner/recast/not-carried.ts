import type { Finding } from '@/lib/core/plan';
import type { TableInfo } from '../catalog';
import { indexMentions } from '../clone/indexes';
import type { OperationContext } from '../plan-parts';
import type { Recast } from '../sync/recast';
import { inheritedGrants } from './add-steps';
import { listed } from './listed';

type Said = Pick<Finding, 'rule' | 'severity' | 'message' | 'fix'>;

function ofIndexes(table: TableInfo, recast: Recast, names: readonly string[]): Said[] {
  const first = recast.news[0]?.name;
  const key = recast.news.length === 1 ? 'index: true' : 'firstIndex: true or secondIndex: true';
  return table.indexes
    .filter((index) => indexMentions(index).some((name) => names.includes(name)))
    .map((index) =>
      index.unique
        ? {
            rule: 'unique-not-carried-over',
            severity: 'warning',
            message: `The unique index ${index.name} stays with ${listed(recast.olds)} until Delete. Until then a write of new code is refused if the way back gives a value that another row has; ${listed(recast.news)} ${recast.news.length === 1 ? 'is' : 'are'} not unique, and ON CONFLICT (${first}) finds no index.`,
            fix: 'After Retire: add_unique, in a transition of its own.',
          }
        : {
            rule: 'index-not-carried-over',
            severity: 'warning',
            message: `The index ${index.name} stays with ${listed(recast.olds)} and is deleted with it: queries of new code do not use it.`,
            fix: `Say ${key}; for any other index use add_index after Retire, in a transition of its own.`,
          },
    );
}

function ofConstraints(table: TableInfo, recast: Recast, names: readonly string[]): Said[] {
  const over = (columns: readonly string[]) => columns.some((name) => names.includes(name));
  return [
    ...table.checks
      .filter((check) => over(check.columns))
      .map((check) => ({
        rule: 'check-not-carried-over',
        severity: 'warning' as const,
        message: `The check ${check.name} stays with ${listed(recast.olds)} until Delete: until then a write of new code is refused if the way back gives a value that breaks it. ${listed(recast.news)} may hold anything afterwards.`,
        fix: 'After Retire: add_check over the new side, in a transition of its own.',
      })),
    ...table.foreignKeys
      .filter((key) => over(key.columns))
      .map((key) => ({
        rule: 'foreign-key-not-carried-over',
        severity: 'warning' as const,
        message: `The foreign key ${key.name} stays with ${listed(recast.olds)} until Delete: until then a write of new code is refused if the way back gives a value that ${key.references.name} has not, and rows of ${key.references.name} that are in use cannot go.`,
        fix: 'After Retire: add_foreign_key over the new side, in a transition of its own.',
      })),
  ];
}

function ofNotNull(recast: Recast): Said[] {
  const olds = recast.olds.filter(({ column }) => column.notNull);
  const asked = recast.news.filter((column) => column.notNull);
  const free = recast.news.filter((column) => !column.notNull);
  const key = recast.news.length === 1 ? 'notNull: true' : 'firstNotNull: true or secondNotNull: true';
  return [
    ...(olds.length === 0
      ? []
      : [
          {
            rule: 'old-side-not-null',
            severity: 'warning' as const,
            message: `${listed(olds)} is NOT NULL until Delete: a write of new code for which the way back gives NULL is refused.`,
            fix: 'Let the way back give a value in every case, with coalesce.',
          },
        ]),
    ...(olds.length === 0 || free.length === 0
      ? []
      : [
          {
            rule: 'not-null-not-carried-over',
            severity: 'info' as const,
            message: `${listed(free)} may be NULL, unlike ${listed(olds)}.`,
            fix: `Say ${key}.`,
          },
        ]),
    ...(asked.length === 0
      ? []
      : [
          {
            rule: 'new-side-not-null',
            severity: 'warning' as const,
            message: `From Sync on a write for which your SQL gives NULL for ${listed(asked)} is refused, old code's too; rows that are there stop Sync, with their keys.`,
            fix: 'Let it give a value in every case, with coalesce.',
          },
        ]),
  ];
}

function ofAttributes(recast: Recast): Said[] {
  const kept = inheritedGrants(recast);
  const lost = recast.olds.flatMap(({ column }) =>
    column.grants.filter(
      (grant) =>
        !kept.some(({ grantee, privilege }) => grantee === grant.grantee && privilege === grant.privilege),
    ),
  );
  const roles = [...new Set(lost.map(({ grantee, privilege }) => `${privilege} of ${grantee}`))];
  const counted = recast.olds.filter(({ column }) => column.statistics !== null);
  return [
    ...(roles.length === 0
      ? []
      : [
          {
            rule: 'grants-not-carried-over',
            severity: 'warning' as const,
            message: `Column rights on one of ${listed(recast.olds)} only give none on ${listed(recast.news)}: ${roles.join(', ')}.`,
            fix: `GRANT … (${recast.news.map(({ name }) => name).join(', ')}) after Add, where the role is to have it.`,
          },
        ]),
    ...(counted.length === 0
      ? []
      : [
          {
            rule: 'statistics-not-carried-over',
            severity: 'info' as const,
            message: `The statistics target of ${listed(counted)} goes with it: the new side holds other values.`,
            fix: 'ALTER TABLE … SET STATISTICS after Retire, if queries need it.',
          },
        ]),
  ];
}

/** What becomes of everything that the old columns have: what several columns cannot take over is said, with the way out. */
export function notCarried(context: OperationContext, recast: Recast): Finding[] {
  const names = recast.olds.map((column) => column.name);
  return [
    ...ofIndexes(context.table, recast, names),
    ...ofConstraints(context.table, recast, names),
    ...ofNotNull(recast),
    ...ofAttributes(recast),
  ].map((said) => ({ ...said, operation: context.index }));
}
