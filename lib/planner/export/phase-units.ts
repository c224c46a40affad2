import type { CheckSpec, Phase, Plan, Step } from '@/lib/core/plan';
import { quoteIdent } from '@/lib/core/sql-text';
import { CONVERSION_ERRORS } from '../sync/conversion-functions';
import { backfillBlock } from './backfill-block';
import { checkBlock } from './check-block';
import { bringBackBlocks, deletesBlock } from './deletes-block';
import { block, type ExportUnit, raise, rowsOf } from './export-unit';
import { dropSchema, makeSchema, needsSchema } from './own-schema';
import { rowsBackBlock, rowsBlock } from './rows-block';

/** One phase as units to run in order. */
export interface PhaseUnits {
  readonly phase: Phase;
  readonly before: readonly ExportUnit[];
  readonly up: readonly ExportUnit[];
  readonly after: readonly ExportUnit[];
  /** Empty for the phase without a way back. */
  readonly down: readonly ExportUnit[];
  /** What SQL cannot ask: titles of checks for a person. */
  readonly lookAt: readonly string[];
}

const slugOf = (step: Step): string =>
  step.title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 60);

const unit = (
  step: Step,
  statements: readonly string[],
  rest: Partial<ExportUnit> & Pick<ExportUnit, 'transaction'>,
): ExportUnit[] =>
  statements.length === 0
    ? []
    : [
        {
          slug: slugOf(step),
          title: step.title,
          impact: step.impact,
          statements,
          brief: rest.transaction && step.kind === 'ddl' && !step.scans && !step.rewrites,
          ...rest,
        },
      ];

/** An index that an interrupted build left behind is in the way of the next one. */
const builds = (step: Step, statements: readonly string[]): string[] =>
  step.index === undefined || statements.length === 0
    ? [...statements]
    : [
        `DROP INDEX CONCURRENTLY IF EXISTS ${quoteIdent(step.index.table.schema)}.${quoteIdent(step.index.name)}`,
        ...statements,
      ];

function forward(step: Step, transition: string): ExportUnit[] {
  // On the way there it only has to be there still.
  if (step.restores !== undefined) return [];
  if (step.backfill !== undefined) {
    const { rows, deletes } = step.backfill;
    const text =
      deletes !== undefined
        ? deletesBlock(step.backfill, deletes)
        : rows === undefined
          ? backfillBlock(step.backfill, transition)
          : rowsBlock(step.backfill, rows);
    return unit(step, [text], { transaction: false });
  }
  if (step.kind === 'build_index') return unit(step, builds(step, step.sql), { transaction: false });
  return unit(step, step.sql, { transaction: step.transactional });
}

/** Out of use first, under a short lock; then dropped unless it holds what is nowhere else. */
function takeOut(step: Step, keep: NonNullable<Step['keep']>): ExportUnit[] {
  const what = keep.column === '' ? keep.table.name : keep.column;
  const drop = block(
    [],
    `  PERFORM pg_catalog.set_config('lock_timeout', '400ms', true);
  IF EXISTS (SELECT FROM ${rowsOf(keep.table)} WHERE ${keep.holdsValues}) THEN
    ${raise('NOTICE', `${what} holds values that are nowhere else: it stays as ${keep.retiredName}.`)}
  ELSE
    ${keep.drop.join(';\n    ')};
  END IF;
EXCEPTION WHEN ${CONVERSION_ERRORS} THEN
  ${raise('NOTICE', `${what} holds values that do not convert: it stays as ${keep.retiredName}.`)}`,
  );
  return [
    ...unit(step, keep.retire, { transaction: true, title: `Take ${what} out of use` }),
    ...unit(step, [drop], {
      transaction: false,
      title: `Drop ${keep.retiredName} unless it holds values`,
      slug: 'drop-what-was-taken-out',
      impact: null,
    }),
  ];
}

function back(step: Step, transition: string): ExportUnit[] {
  if (step.backfill !== undefined) {
    const { rows, deletes } = step.backfill;
    const blocks =
      deletes !== undefined
        ? bringBackBlocks(step.backfill, deletes, transition)
        : rows === undefined
          ? []
          : [rowsBackBlock(step.backfill, rows, transition)];
    return unit(step, blocks, { transaction: false, title: `Back: ${step.title}` });
  }
  if (step.kind === 'analyze') return [];
  if (step.keep !== undefined) return takeOut(step, step.keep);
  if (step.index !== undefined && (step.restores !== undefined || step.kind === 'drop_index'))
    return unit(step, builds(step, step.undo), { transaction: false });
  return unit(step, step.undo, { transaction: step.undoTransactional, title: `Back: ${step.title}` });
}

function checks(specs: readonly CheckSpec[], transition: string): ExportUnit[] {
  return specs.flatMap((spec) => {
    const text = checkBlock(spec, transition);
    return text === null
      ? []
      : [
          {
            slug: 'check',
            title: `Check: ${spec.title}`,
            impact: null,
            statements: [text],
            transaction: false,
            brief: false,
          },
        ];
  });
}

/** A plan as SQL that needs nobody to run it: phase by phase, there and back. Throws `unsupported` for an operation that cannot be exported. */
export function phaseUnits(plan: Plan): PhaseUnits[] {
  const owns = needsSchema(plan);
  const last = plan.phases.length - 1;
  return plan.phases.map((phase, index) => {
    const { steps } = phase;
    const undoneByOthers = new Set(steps.flatMap(({ alsoUndoes }) => alsoUndoes ?? []));
    const final = phase.kind === 'purge';
    const there = steps.flatMap((step) => forward(step, plan.name));
    const wayBack = [...steps]
      .reverse()
      .filter(({ id }) => !undoneByOthers.has(id))
      .flatMap((step) => back(step, plan.name));
    return {
      phase,
      before: checks(phase.entryChecks, plan.name),
      up: [
        ...(owns && index === 0 ? [makeSchema()] : []),
        ...there,
        ...(owns && index === last ? [dropSchema()] : []),
      ],
      after: checks(phase.exitChecks, plan.name),
      down: final
        ? []
        : [
            // The last phase took it away.
            ...(owns && index === last && index > 0 ? [makeSchema()] : []),
            ...checks(phase.rollbackChecks ?? [], plan.name),
            ...wayBack,
            ...(owns && index === 0 ? [dropSchema()] : []),
          ],
      lookAt: phase.entryChecks
        .filter((spec) => checkBlock(spec, plan.name) === null)
        .map(({ title }) => title),
    };
  });
}
