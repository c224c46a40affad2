import type { Phase, PhaseKind, Plan, Step } from '@/lib/core/plan';
import { PHASE_TITLES } from '@/lib/core/plan';

const table = { schema: 'public', name: 'customers' };

function step(phase: PhaseKind, backfill: boolean): Step {
  return {
    id: `${phase}-1`,
    kind: backfill ? 'backfill' : 'ddl',
    title: backfill ? 'Copy name to full_name' : `Do ${phase}`,
    impact: 'Blocks nobody.',
    operation: 0,
    table,
    sql: [],
    undo: [],
    transactional: true,
    locks: [],
    undoLocks: [],
    undoTransactional: true,
    rewrites: false,
    scans: false,
    ...(backfill
      ? {
          backfill: {
            table,
            key: [{ name: 'id', type: 'bigint' }],
            column: 'full_name',
            expression: 't.name',
            safeExpression: 't.name',
            where: 'true',
            safeWhere: 'true',
            onFailure: 'none' as const,
            failed: 'false',
            operation: 0,
            estimatedRows: 1000,
          },
        }
      : {}),
  };
}

function phase(number: number, kind: PhaseKind): Phase {
  return {
    number,
    kind,
    title: PHASE_TITLES[kind],
    summary: '',
    steps: [step(kind, kind === 'dual_write')],
    entryChecks: [],
    exitChecks: [],
    watchChecks: [],
    rollbackChecks: [],
    deploy:
      kind === 'switch'
        ? {
            title: 'code that reads full_name',
            text: '',
            question: 'Is code that reads full_name live?',
            code: { drizzle: '', prisma: '', knex: '', sql: '' },
            test: '',
          }
        : null,
    lossless: kind !== 'purge',
    rollback: '',
  };
}

/** A rename of customers.name to full_name in five phases, by hand: for tests of what is made of plans. */
export function renamePlan(): Plan {
  return {
    format: 1,
    name: 'rename-name',
    dualWrite: 'managed',
    digest: 'digest-1',
    newCodeFrom: 2,
    oldCodeUntil: 3,
    operations: [{ kind: 'rename_column', table, from: 'name', to: 'full_name' }],
    tables: [table],
    claims: [table],
    estimatedRows: 1000,
    phases: (['expand', 'dual_write', 'switch', 'contract', 'purge'] as const).map((kind, index) =>
      phase(index + 1, kind),
    ),
    findings: [],
  };
}
