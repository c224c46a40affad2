import type { Severity } from '@/lib/core/plan';

interface Rule {
  readonly severity: Severity;
  readonly title: string;
  /** What to know before deciding, in a sentence or two. */
  readonly about: string;
}

const rule = (severity: Severity, title: string, about: string): Rule => ({ severity, title, about });

/**
 * Every rule: its stable name, how bad it is, and what it is about. `error`: work that grows with the table under a lock
 * that makes the application wait, or a statement that fails. `warning`: running code breaks. `info`: good to know.
 */
const ALL = {
  refused: rule(
    'error',
    'PostgreSQL refuses the statement',
    'It would end in an error, with the database as it is or with the rows that a table in use has.',
  ),
  'add-column-volatile-default': rule(
    'error',
    'ADD COLUMN with a volatile default',
    'A default that differs from row to row (random(), gen_random_uuid(), clock_timestamp()) is written into every row at once. now() and constants are free.',
  ),
  'add-column-sequence': rule(
    'error',
    'ADD COLUMN serial or identity',
    'Every row takes a number from the sequence: the table and its indexes are written anew.',
  ),
  'add-column-generated': rule(
    'error',
    'ADD COLUMN … GENERATED … STORED',
    'The value is computed and stored for every row. Virtual columns (PostgreSQL 18) are free, but cannot be indexed.',
  ),
  'add-column-check': rule(
    'error',
    'ADD COLUMN with a CHECK',
    'PostgreSQL reads every row for the check, also where the column is NULL everywhere.',
  ),
  'add-column-references': rule(
    'error',
    'ADD COLUMN … REFERENCES with a default',
    'The default of every row is looked up in the other table. Without a default nothing is looked up.',
  ),
  'add-column-unique': rule(
    'error',
    'ADD COLUMN … UNIQUE or PRIMARY KEY',
    'The index is built while nobody can use the table.',
  ),
  'add-column-domain': rule(
    'error',
    'ADD COLUMN of a domain with conditions',
    'PostgreSQL writes the table anew, even where the column is NULL. A domain without conditions is free.',
  ),
  'add-column-not-null': rule(
    'error',
    'ADD COLUMN … NOT NULL without a default',
    'It fails on a table with rows, and old code that does not name the column fails afterwards.',
  ),
  'drop-column': rule(
    'warning',
    'DROP COLUMN',
    'Code that still names the column fails, ORMs that list all columns included. The values cannot be brought back.',
  ),
  'rename-column': rule(
    'warning',
    'RENAME COLUMN',
    'Between the migration and the deploy one of the two fails, whichever comes first.',
  ),
  'rename-table': rule(
    'warning',
    'RENAME TABLE, SET SCHEMA',
    'Between the migration and the deploy one of the two fails, whichever comes first.',
  ),
  'change-type-rewrites': rule(
    'error',
    'A change of type that writes the table anew',
    'Every row and every index is written again under ACCESS EXCLUSIVE.',
  ),
  'change-type-builds-index': rule(
    'error',
    'A change of type that builds indexes anew',
    'The values stay, but an index compares them otherwise, or has an expression or a condition that must be compiled again.',
  ),
  'change-type-scans': rule(
    'error',
    'A change of type that checks constraints anew',
    'A CHECK over the column is verified on every row.',
  ),
  'change-type-locks-partner': rule(
    'warning',
    'A change of type that locks another table',
    'Foreign keys over the column are made anew: both tables are locked.',
  ),
  'set-expression-rewrites': rule(
    'error',
    'SET EXPRESSION of a stored column',
    'Every value is computed and stored again.',
  ),
  'set-not-null-scans': rule(
    'error',
    'SET NOT NULL without proof',
    'PostgreSQL reads every row unless a validated CHECK (… IS NOT NULL) stands, which the same statement must not drop.',
  ),
  'drop-not-null': rule(
    'warning',
    'DROP NOT NULL',
    'Code that does not expect NULL may fail once the first one is written. The way back reads every row.',
  ),
  'add-check-scans': rule(
    'error',
    'ADD CHECK',
    'Every row is read under ACCESS EXCLUSIVE. NOT VALID is free; VALIDATE reads the rows while everybody works, but only in a transaction of its own.',
  ),
  'add-foreign-key': rule(
    'error',
    'ADD FOREIGN KEY',
    'Every row is looked up while nobody can write either table. NOT VALID is free; VALIDATE makes nobody wait.',
  ),
  'foreign-key-locks': rule(
    'info',
    'A foreign key locks the other table',
    'A trigger is made on the referenced table: writers wait for a moment.',
  ),
  'drop-foreign-key': rule(
    'warning',
    'Dropping a foreign key locks both tables',
    'Readers of the referenced table wait too.',
  ),
  'enforce-foreign-key': rule(
    'error',
    'ALTER CONSTRAINT … ENFORCED',
    'Every row is looked up under ACCESS EXCLUSIVE; it is no way to validate gently.',
  ),
  'add-unique': rule(
    'error',
    'ADD UNIQUE',
    'The index is built under ACCESS EXCLUSIVE. Built concurrently before, it can be adopted in an instant.',
  ),
  'add-primary-key': rule('error', 'ADD PRIMARY KEY', 'The index is built under ACCESS EXCLUSIVE.'),
  'primary-key-scans': rule(
    'error',
    'A primary key over a column that may be NULL',
    'Every row is read to make the column NOT NULL, unless a validated CHECK proves it.',
  ),
  'add-exclusion': rule(
    'error',
    'ADD EXCLUDE',
    'The index is built under ACCESS EXCLUSIVE, and it cannot be built concurrently.',
  ),
  'create-index-blocks-writes': rule(
    'error',
    'CREATE INDEX',
    'Nobody can write the table while the index is built.',
  ),
  'index-if-not-exists': rule(
    'warning',
    'CREATE INDEX IF NOT EXISTS',
    'It looks at the name alone: an invalid index of a failed concurrent build is kept.',
  ),
  'drop-index-blocks': rule(
    'warning',
    'DROP INDEX',
    'It waits for every query on the table, and every new query waits for it.',
  ),
  'reindex-blocks': rule(
    'error',
    'REINDEX',
    'Writers wait for the whole build, and queries cannot even be planned with the index.',
  ),
  'concurrently-in-transaction': rule(
    'error',
    'A statement that needs to stand alone, in a transaction',
    'PostgreSQL refuses it. Most migration tools open a transaction for each file.',
  ),
  'enum-add-value': rule('info', 'ALTER TYPE … ADD VALUE', 'It is instant, and cannot be undone.'),
  'enum-value-in-use': rule(
    'error',
    'A new enum value used in its own transaction',
    'PostgreSQL lets nobody use the value before the transaction that added it ends.',
  ),
  'enum-rename-value': rule(
    'warning',
    'ALTER TYPE … RENAME VALUE',
    'Between the migration and the deploy one of the two fails.',
  ),
  'domain-check-scans': rule(
    'error',
    'A new condition on a domain',
    'Every table with a column of the domain is read while nobody can write it.',
  ),
  'attach-partition-scans': rule(
    'error',
    'ATTACH PARTITION without proof',
    'The table, and the default partition, are read under ACCESS EXCLUSIVE unless a validated CHECK says the same as the bounds.',
  ),
  'attach-partition-builds': rule(
    'error',
    'ATTACH PARTITION without its indexes',
    'Indexes of the partitioned table that the new partition does not have are built under ACCESS EXCLUSIVE.',
  ),
  'create-partition-blocks': rule(
    'warning',
    'CREATE TABLE … PARTITION OF',
    'It locks the partitioned table against readers; ATTACH PARTITION does not.',
  ),
  'detach-partition-blocks': rule(
    'warning',
    'DETACH PARTITION',
    'It locks the partitioned table against readers; CONCURRENTLY does not.',
  ),
  'refresh-blocks-readers': rule(
    'error',
    'REFRESH MATERIALIZED VIEW',
    'Nobody can read the view while it is filled.',
  ),
  'rewrite-table': rule(
    'error',
    'A statement that writes the table anew',
    'SET LOGGED, SET UNLOGGED, CLUSTER and VACUUM FULL copy every row under ACCESS EXCLUSIVE.',
  ),
  truncate: rule('error', 'TRUNCATE', 'All rows are gone, and readers wait.'),
  'drop-table': rule(
    'warning',
    'DROP TABLE',
    'Code that still uses the table fails. The rows cannot be brought back.',
  ),
  'drop-table-locks-partner': rule(
    'warning',
    'DROP TABLE locks the tables it references',
    'The triggers of the foreign key stand on the other table, which is locked against readers.',
  ),
  'drop-view': rule('warning', 'DROP VIEW', 'Code that still reads it fails.'),
  'work-under-lock': rule(
    'error',
    'Work after a strong lock in one transaction',
    'A lock is held until the transaction ends: what comes after it makes everybody wait as long as it takes.',
  ),
  'data-change': rule(
    'warning',
    'UPDATE or DELETE of many rows',
    'The rows stay locked until the transaction ends, and each leaves an old version behind.',
  ),
  'strong-lock': rule(
    'info',
    'A lock that makes the application wait',
    'The lock itself is held for a moment; but while the statement waits for it, all queries that come after wait too.',
  ),
} as const satisfies Record<string, Rule>;

export type RuleName = keyof typeof ALL;
export const RULES: Readonly<Record<RuleName, Rule>> = ALL;
