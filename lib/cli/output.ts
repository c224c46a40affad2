import type { Writable } from 'node:stream';
import type { SegueError } from '@/lib/core/errors';

const USAGE = `Usage: segue <command> [options]

  segue lint <file|folder>… [--database URL | --after <folder>] [--pg 14..18] [--json | --format text|sarif|github]
  segue plan <file> [--database URL | --after <folder>] [--answer <question>=<answer>]… [--answers <file>] [--json]
  segue prove <file> [--database URL | --after <folder>] [--scratch URL] [--answer <question>=<answer>]… [--answers <file>] [--json]
  segue advance <file> --database URL [--to <n>|--to end] [--purge] [--answer <question>=<answer>]… [--answers <file>] [--json]
  segue rollback <file> --database URL [--to <n>] [--json]
  segue export <file> --format drizzle|sql --out <folder> [--database URL | --after <folder>] [--json]
  segue guard [<folder|file>…] --database URL|--server URL --name N [--drizzle-config F [--push]] [--prisma-config F] [--json | --format text|github]
  segue status --database URL [--json]
  segue doctor --database URL [--json]
  segue abandon <name> --database URL [--roll-back|--leave] [--json]
  segue adopt <name> --database URL [--dashboard <id>] [--json]
  segue schema-sql

A file is an operations file, JSON or YAML, a migration in SQL (drizzle-kit, Prisma, by hand), or one of pgroll. --after takes a folder of earlier
migration files, so that the schema is known without a database. What a migration does not say is asked: plan prints the
questions, and plan and advance take the answers (docs/migration-files.md). Options of advance and rollback:
  --to n           position to reach; without it one phase
  --purge          with --to end: also delete, without waiting for the retention time
  --accept <id>    go on past an inconclusive check, or say yes to a question about data (may be repeated)
  --accept-drift   take the schema as it is now for what the plan expects
  --take-over      move a transition that a dashboard manages
Options of plan and advance, for teams whose tool keeps a journal in the database (drizzle-kit, Prisma; docs/journal.md):
  --record <file>  the migration file that this transition stands for; a file of the team's own folder records itself
  --no-record      record nothing
  --journal s.t    where the journal is, if it is not where the tool puts it

prove runs a migration on one throw-away database and its plan to the end on another, with rows, and compares them (docs/prove.md).
--scratch names a server on which it may make databases; without it, one of its own is started. --database is only read.

doctor says what Segue has in the database, whose it is, and whether it is healthy. abandon ends a transition: at its
start at once; elsewhere --roll-back takes it back first, --leave leaves what is there. adopt makes the command line,
or a dashboard, the one that drives a transition. schema-sql prints Segue's own schema, for subscribers.

Exit codes: 0 done, 1 a finding or a failed check, 2 wrong usage or input, 3 a person is needed.
`;

export function printUsage(stream: Writable): void {
  stream.write(USAGE);
}

/** Errors go to stderr in words; with --json the last line on stdout says the same for programs. */
export function printError(error: SegueError, json: boolean): void {
  process.stderr.write(`segue: ${error.message}${error.next === undefined ? '' : ` ${error.next}`}\n`);
  if (json)
    printJson({
      type: 'error',
      error: {
        code: error.code,
        message: error.message,
        next: error.next ?? null,
        object: error.object ?? null,
        evidence: error.evidence ?? null,
      },
    });
}

/** One JSON document on one line. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

export function printLine(text: string): void {
  process.stdout.write(`${text}\n`);
}
