import { z } from 'zod';
import { identifierBytes, MAX_IDENTIFIER_BYTES } from './sql-text';

/** A name as PostgreSQL keeps it: literal, at most 63 bytes. */
export const identifier = z
  .string()
  .min(1, 'a name cannot be empty')
  .refine((name) => !name.includes('\0'), 'a name cannot contain a NUL character')
  .refine((name) => identifierBytes(name) <= MAX_IDENTIFIER_BYTES, {
    error: (issue) =>
      `the name "${String(issue.input)}" is longer than ${MAX_IDENTIFIER_BYTES} bytes: PostgreSQL would cut it`,
  });

/** A table as people write it: table, schema.table, or {schema, name}. */
export const tableName = z.union([
  z.strictObject({ schema: identifier, name: identifier }),
  z.string().transform((text, context) => {
    const parts = text.split('.');
    if (parts.length > 2 || parts.some((part) => part === '')) {
      context.issues.push({
        code: 'custom',
        input: text,
        message: `"${text}" is not a table name: write table, schema.table, or {schema, name} for a name with a dot`,
      });
      return z.NEVER;
    }
    const [first = '', second] = parts;
    return second === undefined ? { schema: 'public', name: first } : { schema: first, name: second };
  }),
]);
