import { deleteForeignKey } from '../pair/delete-foreign-key';
import type { OperationContext, OperationPlan } from '../plan-parts';
import type { Recast } from '../sync/recast';
import { addSteps } from './add-steps';
import { leadStep } from './lead-step';
import { listed } from './listed';
import { notCarried } from './not-carried';
import { recastChecks } from './recast-checks';
import { recastNotes } from './recast-notes';
import { deleteStep, retireSteps } from './retire-steps';
import { syncSteps } from './sync-steps';

/** All five phases of one column that becomes two, or of two that become one. Pure. */
export function recastPhases(context: OperationContext, recast: Recast): OperationPlan {
  const [olds, news] = [listed(recast.olds), listed(recast.news)];
  const checks = recastChecks(context, recast);
  const notes = recastNotes(context, recast);
  const foreignKeys = context.table.foreignKeys.filter((key) =>
    recast.olds.some(({ name }) => key.columns.includes(name)),
  );
  return {
    newCodeAfter: 'dual_write',
    oldCodeBefore: 'contract',
    findings: notCarried(context, recast),
    phases: {
      expand: {
        summary: `Adds ${news} beside ${olds}. Nothing uses them yet.`,
        steps: addSteps(context, recast),
        lossless: true,
        rollback: `Takes ${news} out of use. What holds values of its own is kept as a retired column.`,
      },
      dual_write: {
        summary: `Keeps ${olds} and ${news} the same by your SQL, in new writes and in the rows that are there.`,
        steps: syncSteps(context, recast),
        exitChecks: [checks.agree, checks.roundTrip, ...checks.made],
        watchChecks: [checks.syncInPlace],
        rollbackChecks: [checks.exceptions.new],
        lossless: true,
        rollback: `Takes the sync away. ${olds} is untouched; code that uses ${news} must be out of service first.`,
      },
      switch: {
        summary: `${news} lead: where one statement writes both sides differently, they win.`,
        steps: [leadStep(context, recast)],
        entryChecks: [checks.syncInPlace, checks.recently('still_agree'), checks.exceptions.old],
        deploy: notes.switch,
        lossless: true,
        rollback: `${olds} leads again. Nothing is lost.`,
      },
      contract: {
        summary: `Renames ${olds} away. It is still fed, so that the way back loses nothing.`,
        steps: retireSteps(context, recast),
        entryChecks: [
          checks.syncInPlace,
          checks.recently('agree_before_retire'),
          checks.exceptions.old,
          ...checks.functionBodies,
        ],
        deploy: notes.contract,
        lossless: true,
        rollback: `Brings ${olds} back, with every value written since.`,
      },
      purge: {
        summary: `Deletes the retired ${olds} and everything Segue added. This cannot be undone.`,
        steps: [
          ...foreignKeys.map((key) => deleteForeignKey(context, key, `Drop the old foreign key ${key.name}`)),
          deleteStep(context, recast),
        ],
        entryChecks: checks.beforeDelete,
        lossless: false,
        rollback: 'Cannot be rolled back.',
      },
    },
  };
}
