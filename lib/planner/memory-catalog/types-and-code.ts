import { type Node, type NodeOf, namesOf, nodeOf, nodesOf } from '@/lib/sql/ast';
import type { Volatility } from '../catalog';
import { labelOf, type Memory, relationOf, resolveName } from './memory';
import { typeText } from './type-text';

const written = (list: readonly Node[] | undefined) => {
  const names = namesOf(list);
  return { schema: names.length > 1 ? (names.at(-2) ?? null) : null, name: names.at(-1) ?? '' };
};

/** CREATE TYPE … AS ENUM */
export function createEnum(memory: Memory, statement: NodeOf<'CreateEnumStmt'>): void {
  const relation = resolveName(memory, written(statement.typeName));
  memory.enums.set(labelOf(relation), { relation, labels: namesOf(statement.vals) });
}

/** ALTER TYPE … ADD VALUE and RENAME VALUE */
export function alterEnum(memory: Memory, statement: NodeOf<'AlterEnumStmt'>): void {
  const found = memory.enums.get(labelOf(resolveName(memory, written(statement.typeName), memory.enums)));
  const value = statement.newVal ?? '';
  if (found === undefined) return;
  if (statement.oldVal !== undefined) {
    found.labels = found.labels.map((label) => (label === statement.oldVal ? value : label));
    return;
  }
  if (found.labels.includes(value)) return;
  const beside = found.labels.indexOf(statement.newValNeighbor ?? '');
  const at = beside < 0 ? found.labels.length : beside + (statement.newValIsAfter === true ? 1 : 0);
  found.labels = [...found.labels.slice(0, at), value, ...found.labels.slice(at)];
}

/** CREATE DOMAIN */
export function createDomain(memory: Memory, statement: NodeOf<'CreateDomainStmt'>): void {
  const relation = resolveName(memory, written(statement.domainname));
  const constraints = nodesOf(statement.constraints, 'Constraint');
  const is = (kind: string) => constraints.some(({ contype }) => contype === kind);
  memory.domains.set(labelOf(relation), {
    ...relation,
    baseType: typeText(statement.typeName, memory).type,
    notNull: is('CONSTR_NOTNULL'),
    hasDefault: is('CONSTR_DEFAULT'),
    checks: constraints
      .filter(({ contype }) => contype === 'CONSTR_CHECK')
      .map(({ conname }, at) => ({
        name: conname ?? `${relation.name}_check${at === 0 ? '' : at}`,
        validated: true,
      })),
  });
}

/** CREATE FUNCTION: how it may be used in a default, and its body, in which names may hide. */
export function createFunction(memory: Memory, statement: NodeOf<'CreateFunctionStmt'>): void {
  const options = nodesOf(statement.options, 'DefElem');
  const option = (name: string) => options.find(({ defname }) => defname === name)?.arg;
  const volatility = nodeOf(option('volatility'), 'String')?.sval;
  const known: readonly Volatility[] = ['immutable', 'stable', 'volatile'];
  memory.functions.set(written(statement.funcname).name.toLowerCase(), {
    volatility: known.find((each) => each === volatility) ?? 'volatile',
    body: namesOf(nodeOf(option('as'), 'List')?.items).join('\n'),
    language: nodeOf(option('language'), 'String')?.sval ?? 'sql',
  });
}

/** CREATE TRIGGER */
export function createTrigger(memory: Memory, statement: NodeOf<'CreateTrigStmt'>): void {
  const table = memory.tables.get(labelOf(relationOf(memory, statement.relation)));
  if (table === undefined) return;
  const { schema, name } = written(statement.funcname);
  const code = memory.functions.get(name.toLowerCase());
  const timing = statement.timing === 2 ? 'before' : statement.timing === 64 ? 'instead of' : 'after';
  table.triggers = [
    ...table.triggers.filter((trigger) => trigger.name !== statement.trigname),
    {
      name: statement.trigname ?? '',
      timing,
      row: statement.row ?? false,
      functionName: name,
      functionBody: code?.body ?? '',
      functionSignature: `${schema ?? 'public'}.${name}()`,
      functionVolatility: code?.volatility ?? 'volatile',
      functionOwned: true,
      language: code?.language ?? 'plpgsql',
    },
  ];
}
