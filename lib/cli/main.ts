import { parseArgs } from 'node:util';
import { exitCodeOf, SegueError } from '@/lib/core/errors';
import { surviveDriverFaults } from '@/lib/postgres/driver-fault';
import { printError, printUsage } from './output';

/** What a command gets: parsed options, and the folder from which relative paths start. */
export interface CommandInput {
  readonly files: readonly string[];
  readonly options: {
    readonly database?: string;
    readonly to?: string;
    readonly json?: boolean;
    readonly purge?: boolean;
    readonly after?: string;
    readonly pg?: string;
    readonly format?: string;
    readonly out?: string;
    readonly 'take-over'?: boolean;
    readonly 'accept-drift'?: boolean;
    readonly accept?: readonly string[];
    readonly name?: string;
    readonly leave?: boolean;
    readonly 'roll-back'?: boolean;
    readonly dashboard?: string;
    readonly answer?: readonly string[];
    readonly answers?: string;
    readonly record?: string;
    readonly 'no-record'?: boolean;
    readonly journal?: string;
    readonly 'drizzle-config'?: string;
    readonly 'prisma-config'?: string;
    readonly push?: boolean;
    readonly scratch?: string;
    readonly server?: string;
  };
  readonly cwd: string;
}

type Command = (input: CommandInput) => Promise<0 | 1 | 2 | 3>;

/** Each verb is one file, read only when it is called: a linter in a commit hook must not wait for the engine. A command returns its exit code. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  lint: async () => (await import('./commands/lint')).lint,
  plan: async () => (await import('./commands/plan')).plan,
  prove: async () => (await import('./commands/prove')).prove,
  advance: async () => (await import('./commands/advance')).advance,
  guard: async () => (await import('./commands/guard')).guard,
  rollback: async () => (await import('./commands/rollback')).rollback,
  export: async () => (await import('./commands/export')).exportFile,
  status: async () => (await import('./commands/status')).status,
  doctor: async () => (await import('./commands/doctor')).doctor,
  abandon: async () => (await import('./commands/abandon')).abandon,
  adopt: async () => (await import('./commands/adopt')).adopt,
  'schema-sql': async () => (await import('./commands/schema-sql')).schemaSql,
};

/** Runs the command line. Returns the exit code: 0 done, 1 finding or failed check, 2 wrong usage, 3 a person is needed. */
export async function main(argv: readonly string[], cwd: string): Promise<number> {
  const json = argv.includes('--json');
  surviveDriverFaults();
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        database: { type: 'string' },
        to: { type: 'string' },
        json: { type: 'boolean' },
        purge: { type: 'boolean' },
        after: { type: 'string' },
        pg: { type: 'string' },
        format: { type: 'string' },
        out: { type: 'string' },
        'take-over': { type: 'boolean' },
        'accept-drift': { type: 'boolean' },
        accept: { type: 'string', multiple: true },
        name: { type: 'string' },
        leave: { type: 'boolean' },
        'roll-back': { type: 'boolean' },
        dashboard: { type: 'string' },
        answer: { type: 'string', multiple: true },
        answers: { type: 'string' },
        record: { type: 'string' },
        'no-record': { type: 'boolean' },
        journal: { type: 'string' },
        'drizzle-config': { type: 'string' },
        'prisma-config': { type: 'string' },
        push: { type: 'boolean' },
        scratch: { type: 'string' },
        server: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    const [verb, ...files] = positionals;
    if (values.help === true) {
      printUsage(process.stdout);
      return 0;
    }
    const command = COMMANDS[verb ?? ''];
    if (command === undefined) {
      printUsage(process.stderr);
      return 2;
    }
    return await (await command())({ files, options: values, cwd });
  } catch (error) {
    if (error instanceof SegueError) {
      printError(error, json);
      return exitCodeOf(error.code);
    }
    if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
      printError(new SegueError('invalid_input', error.message, { next: 'See segue --help.' }), json);
      return 2;
    }
    // A fault of Segue itself: the stack is for the report; programs still get their last line.
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof Error && error.stack !== undefined) process.stderr.write(`${error.stack}\n`);
    printError(
      new SegueError('internal', `Segue failed unexpectedly: ${message}.`, {
        next: 'Run the same command again; if it fails again, report it with the lines above.',
      }),
      json,
    );
    return exitCodeOf('internal');
  }
}
