import { SegueError } from '@/lib/core/errors';
import type { Operation, TransitionSpec } from '@/lib/core/operation';
import type { Plan } from '@/lib/core/plan';
import { type PlanOptions, planTransition } from '@/lib/engine/plan-transition';
import type { Target } from '@/lib/engine/target';
import { touchesOf } from '@/lib/planner/registry';

/**
 * Plans against a database's catalog as it is now. A refusal names, in `evidence.fields`, the field of the operation that
 * it is about wherever that can be told.
 */
export async function planOn(target: Target, spec: TransitionSpec, options: PlanOptions = {}): Promise<Plan> {
  try {
    return await planTransition(target, spec, options);
  } catch (error) {
    if (!(error instanceof SegueError)) throw error;
    const fields = fieldsOfRefusal(spec, error);
    if (fields === null) throw error;
    throw new SegueError(error.code, error.message, {
      object: error.object,
      next: error.next,
      evidence: { ...error.evidence, fields },
      cause: error,
    });
  }
}

/** The field that a planner's refusal is about; null when it is about no single one. Pure. */
export function fieldsOfRefusal(spec: TransitionSpec, error: SegueError): Record<string, string> | null {
  const named = operationIndex(spec, error);
  if (named === null) return null;
  const operation = spec.operations[named];
  if (operation === undefined) return null;
  const field = fieldOf(operation, error);
  return { [`file.operations.${named}.${operation.kind}.${field}`]: error.message };
}

function operationIndex(spec: TransitionSpec, error: SegueError): number | null {
  const given = error.evidence?.operation;
  if (typeof given === 'number') return given;
  if (spec.operations.length === 1) return 0;
  const object = error.object ?? '';
  const found = spec.operations.findIndex((operation) =>
    touchesOf(operation).some(({ relation, part }) => {
      const name = part?.slice(part.indexOf(' ') + 1);
      return (
        (name !== undefined && object.endsWith(`${relation.name}.${name}`)) ||
        object === relation.name ||
        object === `${relation.schema}.${relation.name}`
      );
    }),
  );
  return found === -1 ? null : found;
}

function fieldOf(operation: Operation, error: SegueError): string {
  const named = error.evidence?.field;
  if (typeof named === 'string' && named in operation) return named;
  if (error.code === 'unknown_table') return 'table';
  const creates = error.code === 'name_taken' || error.code === 'name_too_long';
  switch (operation.kind) {
    case 'rename_column':
      return creates ? 'to' : 'from';
    case 'change_type':
      if (creates && operation.to !== undefined) return 'to';
      if (error.code === 'bad_expression') return expressionField(error, ['up', 'down', 'onFailure', 'type']);
      return error.code === 'invalid_input' ? 'type' : 'column';
    case 'add_column':
      return error.code === 'bad_expression'
        ? expressionField(error, ['value', 'default', 'type'])
        : 'column';
    case 'set_not_null':
      return error.code === 'bad_expression' ? 'value' : 'column';
    case 'drop_column':
      return error.code === 'bad_expression' ? 'restore' : 'column';
    default:
      return typeof named === 'string' ? named : 'table';
  }
}

/** The planner may name the field; else the first of the list. */
function expressionField(error: SegueError, candidates: readonly string[]): string {
  const named = error.evidence?.field;
  const found = candidates.find((candidate) => candidate === named);
  return found ?? candidates[0] ?? 'column';
}
