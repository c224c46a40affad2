import { z } from 'zod';
import { SegueError } from '@/lib/core/errors';
import type { JournalPlace } from '@/lib/core/migration-record';
import { judgeFiles, type PendingFile } from '@/lib/engine/judge-files';
import { tablesInTransition } from '@/lib/engine/tables-in-transition';
import type { Target } from '@/lib/engine/target';
import { readTeamJournal } from '@/lib/engine/team-journal';
import type { GuardFinding } from '@/lib/planner/guard/guard-migration';
import type { TableInTransition } from '@/lib/planner/guard/table-in-transition';
import type { TeamJournal } from '@/lib/planner/team-record/judge-journal';

/** What a guard asks of a database, whichever way it comes to it. All only reads. */
export interface Guarded {
  readonly tables: () => Promise<readonly TableInTransition[]>;
  readonly journal: (place: JournalPlace) => Promise<TeamJournal>;
  readonly judge: (
    files: readonly PendingFile[],
    tables: readonly TableInTransition[],
  ) => Promise<readonly GuardFinding[]>;
}

/** The database itself. */
export const guardedTarget = (target: Target): Guarded => ({
  tables: () => tablesInTransition(target),
  journal: (place) => readTeamJournal(target, place),
  judge: (files, tables) => judgeFiles(target, files, tables),
});

/** What a server of Segue's answers, as guard-database.ts writes it; rows that are not looked into are left as they are. */
const answerSchema = z.object({
  tables: z.array(z.custom<TableInTransition>((row) => isRow(row, 'table', 'transition'))),
  journals: z.array(z.custom<TeamJournal>((row) => isRow(row, 'rows'))),
  findings: z.array(z.custom<GuardFinding>((row) => isRow(row, 'file', 'rule', 'message'))),
});
const faultSchema = z.object({
  error: z.object({ message: z.string(), next: z.string().nullish() }),
});

const isRow = (row: unknown, ...keys: readonly string[]): boolean =>
  typeof row === 'object' && row !== null && keys.every((key) => key in row);

interface ServerOptions {
  readonly url: string;
  /** As the dashboard calls it. */
  readonly database: string;
  /** For whatever stands in front of the server. */
  readonly token: string | undefined;
}

const PATIENCE_MS = 90_000;

/** A dashboard that knows the database: what is pending goes to it, and nothing is kept there. */
export function guardedServer(options: ServerOptions): Guarded {
  const ask = (question: { journals?: readonly JournalPlace[]; files?: readonly PendingFile[] }) =>
    askServer(options, question);
  return {
    tables: async () => (await ask({})).tables,
    journal: async (place) => {
      const [journal] = (await ask({ journals: [place] })).journals;
      return journal ?? { there: false, named: false, rows: [] };
    },
    judge: async (files) => (files.length === 0 ? [] : (await ask({ files })).findings),
  };
}

async function askServer({ url, database, token }: ServerOptions, question: object) {
  const fail = (message: string, next: string, cause?: unknown) =>
    new SegueError('connection_failed', message, { object: url, next, cause });
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new SegueError('invalid_input', `--server ${url} is no address.`, {
      object: '--server',
      next: 'Write it as https://segue.example.com.',
    });
  const base = new URL(url);
  const at = new URL(`${base.pathname.replace(/\/$/, '')}/api/v1/guard`, base);
  const response = await fetch(at, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ database, ...question }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).catch((error: unknown) => {
    throw fail(`No answer from ${base.host}.`, 'See whether Segue runs there.', error);
  });
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) {
    const fault = faultSchema.safeParse(body);
    throw fault.success
      ? fail(fault.data.error.message, fault.data.error.next ?? 'See the server’s log.')
      : fail(
          `${base.host} answers ${response.status}.`,
          'See whether that is the address of Segue; SEGUE_TOKEN is sent as its bearer token.',
        );
  }
  const answer = answerSchema.safeParse(body);
  if (answer.success) return answer.data;
  throw fail(`${base.host} does not answer as Segue does.`, 'See whether both have the same version.');
}
