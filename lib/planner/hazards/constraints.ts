import type { Constraint } from 'libpg-query';
import type { ConstraintInfo } from '@/lib/planner/catalog';
import { namesOf, nodeOf } from '@/lib/sql/ast';
import type { AlterPass } from './alter-pass';
import { addForeignKeyConstraint, lockWhole } from './foreign-keys';
import { setNotNull } from './not-null';
import type { RuleName } from './rules';
import { labelOf } from './scene';
import { isUnknown } from './unknown-table';

/** ADD CONSTRAINT of every kind. */
export function addConstraint(pass: AlterPass): void {
  const { scene, table, cmd } = pass;
  const constraint = nodeOf(cmd.def, 'Constraint');
  if (constraint === undefined) return;
  const taken = table.constraints.some(({ name }) => name === constraint.conname);
  if (taken && !pass.dropped.has(constraint.conname ?? ''))
    scene.refuse('42710', `Table ${labelOf(table)} has a constraint ${constraint.conname} already.`);
  ADDERS[constraint.contype ?? '']?.(pass, constraint);
}

const ADDERS: Readonly<Record<string, (pass: AlterPass, constraint: Constraint) => void>> = {
  CONSTR_CHECK: addCheck,
  CONSTR_FOREIGN: addForeignKeyConstraint,
  CONSTR_NOTNULL: (pass, { keys, skip_validation }) =>
    setNotNull(pass, namesOf(keys)[0] ?? '', skip_validation === true),
  CONSTR_UNIQUE: (pass, constraint) => addKeyConstraint(pass, constraint, 'add-unique'),
  CONSTR_PRIMARY: (pass, constraint) => addKeyConstraint(pass, constraint, 'add-primary-key'),
  CONSTR_EXCLUSION: (pass, constraint) => addKeyConstraint(pass, constraint, 'add-exclusion'),
};

function addKeyConstraint(pass: AlterPass, constraint: Constraint, rule: RuleName): void {
  // Before 18 each partition is locked as by CREATE INDEX, unless its columns become NOT NULL.
  pass.descendToPartitions(constraint.contype === 'CONSTR_PRIMARY' ? pass.mode : 'SHARE');
  pass.addKey(constraint, namesOf(constraint.keys), rule);
}

function addCheck(pass: AlterPass, constraint: Constraint): void {
  const { scene, table } = pass;
  const alone = constraint.is_no_inherit === true;
  if (alone && table.partitionBy !== null)
    scene.refuse('42P16', 'A CHECK of a partitioned table cannot be NO INHERIT.');
  if (!pass.recurse && !alone && pass.below.length > 0)
    scene.refuse('42P16', 'The constraint must be added to child tables too.');
  if (alone) pass.descendToPartitions(pass.mode);
  else pass.descend();
  // NOT ENFORCED is read as NOT VALID too.
  if (constraint.skip_validation === true) return;
  for (const member of alone ? [table] : pass.members) scene.verify(member);
  scene.note(
    'add-check-scans',
    table,
    `Every row of ${labelOf(table)} is read while nobody can read or write it.`,
    `Use the operation add_check; or add it with NOT VALID, and in a later transaction ALTER TABLE … VALIDATE CONSTRAINT.`,
  );
}

function constraintOf(pass: AlterPass): ConstraintInfo | null {
  const { scene, table, cmd } = pass;
  const found = table.constraints.find(({ name }) => name === cmd.name);
  if (found !== undefined) return found;
  if (isUnknown(table) || cmd.missing_ok === true) return null;
  return scene.refuse('42704', `Table ${labelOf(table)} has no constraint ${cmd.name}.`);
}

/** VALIDATE CONSTRAINT: reads every row, and nobody has to wait. */
export function validateConstraint(pass: AlterPass): void {
  const { scene, table } = pass;
  const constraint = constraintOf(pass);
  if (constraint?.validated === true) return;
  if (constraint?.type === 'foreign key') {
    const key = table.foreignKeys.find(({ name }) => name === constraint.name);
    if (key !== undefined) lockWhole(scene, key.references, 'ROW SHARE');
    for (const part of table.partitions) scene.lock(part, pass.mode);
    for (const member of [table, ...table.partitions.map((part) => scene.info(part))])
      scene.scanForKey(member);
    return;
  }
  pass.descend();
  for (const member of pass.members) scene.verify(member);
}

/** DROP CONSTRAINT. */
export function dropConstraint(pass: AlterPass): void {
  const { scene, table } = pass;
  const constraint = constraintOf(pass);
  if (constraint === null) {
    for (const part of table.partitions) scene.lock(part, pass.mode);
    return;
  }
  const inherited = scene
    .ancestors(table)
    .some((parent) =>
      parent.constraints.some(
        (one) => one.name === constraint.name && one.type === constraint.type && one.type === 'check',
      ),
    );
  if (inherited) scene.refuse('42P16', `Constraint ${constraint.name} is inherited.`);
  if (constraint.type === 'check' || constraint.type === 'not null') pass.descend();
  else for (const part of table.partitions) scene.lock(part, pass.mode);
  if (constraint.type === 'foreign key') {
    const key = table.foreignKeys.find(({ name }) => name === constraint.name);
    if (key !== undefined) {
      lockWhole(scene, key.references, 'ACCESS EXCLUSIVE');
      scene.note(
        'drop-foreign-key',
        key.references,
        `Nobody can use ${labelOf(key.references)} either while its part of the foreign key goes.`,
        'SET lock_timeout before it and try again when it fails.',
      );
    }
  }
  if (constraint.index !== null) dropKey(pass, constraint.index);
}

/** Foreign keys that rest on the index that goes. */
export function dropKey(
  { scene, table, cmd }: Pick<AlterPass, 'scene' | 'table' | 'cmd'>,
  indexName: string,
): void {
  const index = table.indexes.find(({ name }) => name === indexName);
  const keyed =
    index?.columns
      .map(({ name }) => name ?? '')
      .sort()
      .join() ?? '';
  for (const key of table.inboundForeignKeys.filter(({ columns }) => [...columns].sort().join() === keyed)) {
    if (cmd.behavior !== 'DROP_CASCADE')
      scene.refuse('2BP01', `Foreign key ${key.name} of ${labelOf(key.table)} needs ${indexName}.`);
    lockWhole(scene, key.table, 'ACCESS EXCLUSIVE');
    lockWhole(scene, table, 'ACCESS EXCLUSIVE');
  }
}
