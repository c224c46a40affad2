import type { Examination, ExaminedRollout } from '@/lib/core/examination';
import { examineTarget } from '@/lib/engine/examine/examine-target';
import type { CommandInput } from '../main';
import { printJson, printLine } from '../output';
import { requireDatabase, withTarget } from '../with-target';

/** `segue doctor`: what is in the database, whose it is, and whether it is healthy. Exit 1 with a finding at error level. */
export async function doctor({ options }: CommandInput): Promise<0 | 1> {
  const examination = await withTarget(requireDatabase(options.database), examineTarget);
  const healthy = examination.findings.every((finding) => finding.severity !== 'error');
  if (options.json === true) printJson({ ...examination, healthy });
  else printExamination(examination);
  return healthy ? 0 : 1;
}

function printExamination({ schema, rollouts, findings }: Examination): void {
  if (schema.version === 0) printLine('Segue has no schema in this database.');
  else printLine(`Schema segue: version ${schema.version} of ${schema.known}.`);
  for (const rollout of rollouts) printRollout(rollout);
  if (findings.length === 0) printLine('\nNothing to report.');
  for (const finding of findings) {
    printLine(`\n${finding.severity}: ${finding.message}`);
    if (finding.next !== null) printLine(`  ${finding.next}`);
    for (const statement of finding.statements) printLine(`  ${statement};`);
  }
}

function printRollout(rollout: ExaminedRollout): void {
  const driver = rollout.managedBy === null ? 'command line' : `dashboard ${rollout.managedBy}`;
  printLine(
    `\n${rollout.name}: position ${rollout.position} of ${rollout.phases}, ${rollout.state}, driven by ${driver}`,
  );
  if (rollout.lease.alive) printLine(`  ${rollout.lease.owner} works on it`);
  if (rollout.claims.length > 0) printLine(`  holds ${rollout.claims.join(', ')}`);
  for (const object of rollout.objects)
    printLine(`  ${object.kind} ${object.name}${object.table === null ? '' : ` on ${object.table}`}`);
  for (const column of rollout.retired)
    printLine(
      `  retired ${column.table}.${column.column}, ${column.expiresAt === null ? 'kept' : `kept until ${column.expiresAt.slice(0, 16).replace('T', ' ')} UTC`}`,
    );
}
