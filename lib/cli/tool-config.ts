import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { tsImport } from 'tsx/esm/api';
import { z } from 'zod';
import { SegueError } from '@/lib/core/errors';

const oneOrMore = z.union([z.string().transform((text) => [text]), z.array(z.string())]);

const drizzleSchema = z.object({
  out: z.string().default('./drizzle'),
  schemaFilter: oneOrMore.default(['public']),
  migrations: z.object({ schema: z.string().optional(), table: z.string().optional() }).default({}),
});

const prismaSchema = z.object({
  experimental: z.object({ externalTables: z.boolean().optional() }).default({}),
  tables: z.object({ external: z.array(z.string()).default([]) }).default({ external: [] }),
  migrations: z.object({ path: z.string().optional() }).default({}),
});

export type DrizzleConfig = z.output<typeof drizzleSchema>;
export type PrismaConfig = z.output<typeof prismaSchema>;

/** Runs a configuration, as its tool does, and takes what it exports. */
async function readConfig<T>(file: string, cwd: string, schema: z.ZodType<T>, tool: string): Promise<T> {
  const refuse = (why: string, cause: unknown) =>
    new SegueError('invalid_input', `${file} cannot be read as ${tool}’s configuration: ${why}`, {
      object: file,
      next: 'Check the path, and that the tool itself can read it.',
      cause,
    });
  let found: unknown;
  try {
    const imported: { default?: unknown } = await tsImport(
      pathToFileURL(path.resolve(cwd, file)).href,
      import.meta.url,
    );
    // What was written as CommonJS has its default one level below.
    const { default: own } = imported;
    found = typeof own === 'object' && own !== null && 'default' in own ? own.default : own;
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error), error);
  }
  const parsed = schema.safeParse(found);
  if (parsed.success) return parsed.data;
  throw refuse(parsed.error.issues[0]?.message ?? 'it exports nothing.', parsed.error);
}

/** drizzle-kit's configuration. Throws `invalid_input`. */
export function readDrizzleConfig(file: string, cwd: string): Promise<DrizzleConfig> {
  return readConfig(file, cwd, drizzleSchema, 'drizzle-kit');
}

/** Prisma's configuration (prisma.config.ts). Throws `invalid_input`. */
export function readPrismaConfig(file: string, cwd: string): Promise<PrismaConfig> {
  return readConfig(file, cwd, prismaSchema, 'Prisma');
}
