import type { Operation } from '@/lib/core/operation';

/** Words and numbers that YAML takes for something else than text. */
const RESERVED = /^(true|false|yes|no|on|off|y|n|null|nan|inf)$/i;

const PLAIN = /^[A-Za-z_][\w .]*$/;

const text = (value: string): string =>
  PLAIN.test(value) && !RESERVED.test(value) ? value : JSON.stringify(value);

/** What an operations file takes for granted. */
const isDefault = (key: string, value: unknown): boolean =>
  value === undefined ||
  value === 'no action' ||
  (key === 'nullable' || key === 'index' ? value === true : value === false);

function yamlOf(value: unknown): string {
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return `[${value.map(yamlOf).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const { schema, name } = value as { schema?: unknown; name?: unknown };
  if (typeof schema === 'string' && typeof name === 'string' && !/\./.test(schema + name))
    return text(schema === 'public' ? name : `${schema}.${name}`);
  return `{ ${Object.entries(value)
    .map(([key, one]) => `${text(key)}: ${yamlOf(one)}`)
    .join(', ')} }`;
}

/** An operation as one line of an operations file. */
export function operationYaml({ kind, ...body }: Operation): string {
  const fields = Object.entries(body)
    .filter(([key, value]) => !isDefault(key, value))
    .map(([key, value]) => `${key}: ${yamlOf(value)}`);
  return `- ${kind}: { ${fields.join(', ')} }`;
}
