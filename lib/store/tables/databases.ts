import { sql } from 'drizzle-orm';
import { boolean, check, integer, jsonb, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { at, controlSchema } from './control-schema';
import { people } from './people';

/** What the last connection test found; null before the first. */
export interface StoredReport {
  readonly serverVersion: string;
  readonly serverVersionNum: number;
  readonly sizeBytes: number;
  readonly role: string;
  readonly identity: string;
  readonly readOnly: boolean;
  readonly problems: readonly {
    readonly severity: 'error' | 'warning';
    readonly message: string;
    readonly grant: string | null;
  }[];
}

/** A target database. `secretUrl` is encrypted (see secret-text.ts); `shownUrl` has no password. A removed one keeps its row for the history, without its URL. */
export const databases = controlSchema.table(
  'databases',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    name: text('name').notNull(),
    environment: text('environment', { enum: ['development', 'staging', 'production'] }).notNull(),
    secretUrl: text('secret_url'),
    shownUrl: text('shown_url').notNull(),
    tls: text('tls', { enum: ['disable', 'prefer', 'require', 'verify-full'] })
      .notNull()
      .default('prefer'),
    sandbox: boolean('sandbox').notNull().default(false),
    report: jsonb('report').$type<StoredReport>(),
    /** Why the last test did not get in; null when it did. */
    unreachable: text('unreachable'),
    checkedAt: at('checked_at'),
    version: integer('version').notNull().default(1),
    createdBy: uuid('created_by').references(() => people.id),
    createdAt: at('created_at').notNull().defaultNow(),
    removedAt: at('removed_at'),
  },
  (table) => [
    uniqueIndex('databases_name').on(sql`lower(${table.name})`).where(sql`${table.removedAt} is null`),
    check('databases_environment', sql`${table.environment} in ('development', 'staging', 'production')`),
    check('databases_tls', sql`${table.tls} in ('disable', 'prefer', 'require', 'verify-full')`),
    check('databases_url', sql`(${table.secretUrl} is null) = (${table.removedAt} is not null)`),
  ],
);
