import type { AlterDomainStmt, AlterEnumStmt } from 'libpg-query';
import type { DomainInfo } from '@/lib/planner/catalog';
import { namesOf, nodeOf } from '@/lib/sql/ast';
import { labelOf, type Scene } from './scene';

const ownName = (names: readonly unknown[] | undefined): { schema: string; name: string } => {
  const parts = namesOf(names);
  return { schema: parts.length > 1 ? (parts[0] ?? 'public') : 'public', name: parts.at(-1) ?? '' };
};

/** ALTER TYPE … ADD VALUE and RENAME VALUE: no table is locked. */
export function alterEnum(scene: Scene, statement: AlterEnumStmt): void {
  const name = ownName(statement.typeName);
  const found = scene.catalog.enums.find((one) => labelOf(one) === labelOf(name));
  if (found === undefined) {
    if (scene.options.complete === true) scene.refuse('42704', `There is no type ${labelOf(name)}.`);
    return;
  }
  const value = statement.newVal ?? '';
  if (statement.oldVal !== undefined) {
    if (!found.labels.includes(statement.oldVal))
      scene.refuse('22023', `Type ${labelOf(name)} has no value ${statement.oldVal}.`);
    scene.note(
      'enum-rename-value',
      name,
      `Code that writes or expects ${statement.oldVal} fails from that moment.`,
      'Add the new value, move the rows, and leave the old value unused.',
    );
    return;
  }
  if (found.labels.includes(value)) {
    if (statement.skipIfNewValExists === true) return;
    scene.refuse('42710', `Type ${labelOf(name)} has the value ${value} already.`);
  }
  scene.note(
    'enum-add-value',
    name,
    `There is no way back: a value of ${labelOf(name)} cannot be removed. Code that does not know ${value} may fail when it reads it.`,
    'Deploy code that can read it before anybody writes it.',
  );
}

/** ALTER DOMAIN: a new condition is checked in every table that has a column of it. */
export function alterDomain(scene: Scene, statement: AlterDomainStmt): void {
  const name = ownName(statement.typeName);
  const domain = scene.catalog.domains.find((one) => labelOf(one) === labelOf(name));
  if (domain === undefined) {
    if (scene.options.complete === true) scene.refuse('42704', `There is no domain ${labelOf(name)}.`);
    return;
  }
  const scans =
    (statement.subtype === 'O' && !domain.notNull) ||
    (statement.subtype === 'C' && nodeOf(statement.def, 'Constraint')?.skip_validation !== true) ||
    statement.subtype === 'V';
  if (scans) scanUsers(scene, domain);
}

function scanUsers(scene: Scene, domain: DomainInfo): void {
  const labels = new Set([labelOf(domain)]);
  for (const other of scene.catalog.domains) if (labels.has(other.baseType)) labels.add(labelOf(other));
  for (const table of scene.catalog.tables) {
    if (table.partitionBy !== null || !table.columns.some(({ type }) => labels.has(type))) continue;
    if (table.kind === 'view') continue;
    scene.lock(table, 'SHARE');
    scene.verify(table);
    scene.note(
      'domain-check-scans',
      table,
      `Nobody can write ${labelOf(table)} while every row is read for ${labelOf(domain)}.`,
      'Add the condition as a CHECK of each table, NOT VALID, and validate it.',
    );
  }
}
