import { PHASE_TITLES } from '@/lib/core/plan';
import { relationLabel } from '../plan-parts';
import type { GuardFinding } from './guard-migration';
import type { TableInTransition } from './table-in-transition';

type About = Pick<GuardFinding, 'rule' | 'message' | 'fix' | 'relation' | 'transition' | 'phase'>;

const finding = (file: string, about: About): GuardFinding => ({
  ...about,
  file,
  line: 1,
  column: 1,
  statement: '',
  severity: 'error',
  lock: null,
  rewrites: false,
  scans: false,
});

const inWords = ({ transition, phase }: TableInTransition): string =>
  `"${transition}" is in ${PHASE_TITLES[phase]}`;

/**
 * What drizzle-kit would take for drift with this configuration. `push`: it is about to be run; it compares whole tables, and
 * tablesFilter only makes it want to create what it is not shown. Pure.
 */
export function guardDrizzle(
  file: string,
  config: { readonly schemaFilter: readonly string[] },
  tables: readonly TableInTransition[],
  push: boolean,
): GuardFinding[] {
  const schemas = config.schemaFilter;
  const records = schemas.some((schema) => schema === 'segue' || schema === '*')
    ? [
        finding(file, {
          rule: 'schema-segue-in-sight',
          message:
            'schemaFilter shows drizzle-kit the schema segue: push would drop what Segue records there.',
          fix: "List your own schemas: schemaFilter: ['public'].",
          relation: null,
          transition: null,
          phase: null,
        }),
      ]
    : [];
  if (!push) return records;
  const seen = tables.filter(
    ({ changes, table }) => changes && (schemas.includes(table.schema) || schemas.includes('*')),
  );
  return [
    ...records,
    ...seen.map((table) =>
      finding(file, {
        rule: 'push-would-drop',
        message: `drizzle-kit push would drop what Segue keeps in ${relationLabel(table.table)} while ${inWords(table)}.`,
        fix: 'Do not push to this database before the transition has ended. drizzle-kit generate, check and migrate are not concerned.',
        relation: relationLabel(table.table),
        transition: table.transition,
        phase: table.phase,
      }),
    ),
  ];
}

/** What prisma migrate dev and db push would take for drift with this configuration. Pure. */
export function guardPrisma(
  file: string,
  config: {
    readonly experimental: { readonly externalTables?: boolean | undefined };
    readonly tables: { readonly external: readonly string[] };
  },
  tables: readonly TableInTransition[],
): GuardFinding[] {
  const external = config.experimental.externalTables === true ? config.tables.external : [];
  return tables
    .filter(({ changes, table }) => changes && !external.includes(relationLabel(table)))
    .map((table) =>
      finding(file, {
        rule: 'push-would-drop',
        message: `prisma migrate dev and db push would take what Segue keeps in ${relationLabel(table.table)} for drift while ${inWords(table)}.`,
        fix: `Until it has ended: experimental: { externalTables: true }, tables: { external: ['${relationLabel(table.table)}'] }. prisma migrate deploy is not concerned.`,
        relation: relationLabel(table.table),
        transition: table.transition,
        phase: table.phase,
      }),
    );
}
