import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { OPERATION_KINDS, type OperationKind, transitionFileSchema } from '@/lib/core/operation';
import type { FormField } from './form-field';
import { FORM_GROUPS, OPERATION_FORMS } from './operation-forms';

const body = z.object({
  properties: z.record(z.string(), z.unknown()),
  required: z.array(z.string()).optional(),
});
const published = z.object({
  properties: z.object({
    operations: z.object({
      items: z.object({ anyOf: z.array(z.object({ properties: z.record(z.string(), body) })) }),
    }),
  }),
});

/** What the published schema of an operations file says of each kind. */
const SCHEMAS = new Map(
  published
    .parse(z.toJSONSchema(transitionFileSchema, { io: 'input', unrepresentable: 'any' }))
    .properties.operations.items.anyOf.flatMap(({ properties }) => Object.entries(properties)),
);
/** Keys that the form leaves out: what they would say is always refused. */
const NOT_ASKED: Partial<Record<OperationKind, readonly string[]>> = { add_generated_column: ['stored'] };

const mayStayEmpty = (field: FormField) => field.optional === true || field.when !== undefined;

describe.each(OPERATION_KINDS)('the form of %s', (kind) => {
  const { fields, title, about, verb, oneOf = [] } = OPERATION_FORMS[kind];
  const schema = SCHEMAS.get(kind);
  const keys = Object.keys(schema?.properties ?? {});

  it('asks each key of the operations file once, and no other', () => {
    const asked = [...fields.map(({ name }) => name), ...(NOT_ASKED[kind] ?? [])];
    expect(asked.toSorted()).toEqual(keys.toSorted());
  });

  it('needs what the file needs', () => {
    const needed = fields.filter((field) => !mayStayEmpty(field)).map(({ name }) => name);
    expect(needed).toEqual(expect.arrayContaining(schema?.required ?? []));
    expect(keys).toEqual(expect.arrayContaining([...oneOf]));
  });

  it('offers parts of a table that it asks for', () => {
    const tables = fields.filter((field) => field.kind === 'table').map(({ name }) => name);
    const parts = fields.filter((field) => ['column', 'columns', 'index', 'constraint'].includes(field.kind));
    for (const { name, of = 'table' } of parts) expect(tables, name).toContain(of);
  });

  it('says what it is', () => {
    expect(title).toMatch(/^[A-Z]/);
    expect(about).toMatch(/^[A-Z].*\.$/);
    expect(verb).toMatch(/^[a-z-]+$/);
  });
});

describe('the groups of the form', () => {
  it('offer every kind once', () => {
    expect(FORM_GROUPS.flatMap(({ kinds }) => kinds).toSorted()).toEqual(OPERATION_KINDS.toSorted());
  });
});
