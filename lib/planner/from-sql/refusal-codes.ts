/** Why a statement of a migration file is refused: stable names, each explained in docs/migration-files.md. */
export const SQL_REFUSALS = [
  'syntax',
  'psql',
  'copy-data',
  'server-refuses',
  'unknown-table',
  'unknown-index',
  'name-taken',
  'opaque-code',
  'conditional-code',
  'no-operation',
  'column-collation',
  'numbered-column',
  'foreign-key-options',
  'check-options',
  'unique-options',
  'exclusion-constraint',
  'index-options',
  'table-options',
  'enum-value-renamed',
  'update-shape',
  'session-setting',
  'rolls-back',
  'vacuum',
] as const;

/** The same for an operation of a pgroll file, explained in docs/import.md. */
export const PGROLL_REFUSALS = [
  'up-changes-values',
  'primary-key-column',
  'primary-key',
  'identity-column',
  'no-inherit',
  'index-parameters',
  'foreign-key-match',
  'initially-deferred',
  'set-columns',
  'two-primary-keys',
  'replica-identity-index',
  'columns-missing',
  'check-missing',
  'references-missing',
  'nothing-changes',
] as const;

export type RefusalCode = (typeof SQL_REFUSALS | typeof PGROLL_REFUSALS)[number];

/** With what the id of a question begins, before its colon. */
export const QUESTION_PREFIXES = ['value', 'down', 'restore', 'reading', 'way-back'] as const;
export type QuestionId = `${(typeof QUESTION_PREFIXES)[number]}:${string}`;
