/** Whether a plan was shown, on a copy, to end where the raw file ends. */
export type ProofOutcome =
  | 'equal'
  | 'different'
  /** The copy, the file or the plan did not get to its end: `why` says which and why. */
  | 'unproved';

export type ProofObstacle =
  /** The schema before the file could not be made on the copy. */
  | 'base'
  /** PostgreSQL refuses the raw file itself, on empty tables too. */
  | 'raw_file'
  /** The planner refuses the operations. */
  | 'refused'
  /** A phase of the plan stopped. */
  | 'plan_stopped'
  /** What the transition came from is a list of Segue's own operations: nothing else says where it ends. */
  | 'no_sql'
  /** The database could not be asked for its schema. */
  | 'no_schema'
  /** There is no server on which copies can be made. */
  | 'no_server'
  /** It took longer than it may. */
  | 'time'
  /** The transition began to move before its schema was read, and none was kept. */
  | 'begun'
  /** The proof itself broke. */
  | 'broken';

/** What a proof on copies found. */
export interface Proof {
  readonly outcome: ProofOutcome;
  /** By name, each a line: "- " is there after the raw file only, "+ " after the plan only; of rows and sequences in words. */
  readonly differences: readonly string[];
  readonly obstacle: ProofObstacle | null;
  readonly why: string | null;
  /** Set where the raw file fails as soon as tables have rows: PostgreSQL's message. Schemas are compared all the same. */
  readonly rawFailsOnRows: string | null;
  /** What the copy of a live database has otherwise than the database itself, by name: the proof does not speak of it. */
  readonly copyLacks: readonly string[];
  /** Digest of the plan that ran on the copy; null where there was none. */
  readonly digest: string | null;
  /** Titles of the steps that read otherwise on the copy than in the plan that was to be proved. */
  readonly otherSteps: readonly string[];
  readonly tables: number;
  readonly rows: number;
  readonly serverVersion: string;
  readonly tookMs: number;
}

/** The server on which a proof's databases are made. */
export interface ProofServer {
  /** `own`: one that Segue started for it; `configured`: one that the operator named. */
  readonly kind: 'own' | 'configured';
  readonly major: number;
  /** The major of the database that the transition is for. */
  readonly wantedMajor: number;
}

/** A proof as the dashboard keeps it. */
export interface ProofReport extends Proof {
  /** null: it did not come so far. */
  readonly server: ProofServer | null;
  /** The copies were made from the schema that was kept at the approval: the transition had begun. */
  readonly fromApproval?: boolean;
  /** The file is one of pgroll's: its operations were run as SQL, after pgroll's documentation. */
  readonly asPgroll?: boolean;
}

/** Differences that are kept and shown; more than that nobody reads. */
export const MAX_DIFFERENCES = 200;

/** What a proof tells before anything is known. */
export const NOTHING_KNOWN = {
  differences: [],
  obstacle: null,
  why: null,
  rawFailsOnRows: null,
  copyLacks: [],
  digest: null,
  otherSteps: [],
  tables: 0,
  rows: 0,
  serverVersion: '',
} as const satisfies Partial<Proof>;

/** The report of a proof that did not come to a copy. Pure. */
export function noProof(obstacle: ProofObstacle, why: string | null, tookMs: number): ProofReport {
  return { ...NOTHING_KNOWN, outcome: 'unproved', obstacle, why, tookMs, server: null };
}

const OBSTACLES: Readonly<Record<ProofObstacle, string>> = {
  base: 'the schema before the file could not be made on a copy',
  raw_file: 'PostgreSQL refuses the file itself',
  refused: 'the plan is refused',
  plan_stopped: 'the plan stopped on the copy',
  no_sql: 'it came from a list of Segue’s own operations, and nothing else says where they end',
  no_schema: 'the schema of the database could not be read',
  no_server: 'there is no server for the copies',
  time: 'it took too long',
  begun: 'the transition began to move before its schema was read, and none was kept at its approval',
  broken: 'the proof broke',
};

const NEXT: Readonly<Record<ProofObstacle, string>> = {
  base: 'Name a server with the same extensions and languages in SEGUE_SCRATCH_URL, then prove it again.',
  raw_file: 'Mend the file, or see whether it needs rights or extensions that the copy has not.',
  refused:
    'Look at what the copy has otherwise than the database; read the plan beside the file before you approve.',
  plan_stopped: 'Read this phase of the plan before you approve: it may stop in the database as well.',
  no_sql: 'Read the plan beside the file before you approve.',
  no_schema: 'Test the connection of the database, then prove it again.',
  no_server: 'Name one in SEGUE_SCRATCH_URL, then prove it again.',
  time: 'Give it more time with SEGUE_PROVE_SECONDS, or run “segue prove” on the command line.',
  begun: 'Roll it back to its start to prove it.',
  broken: 'Prove it again; the server’s log has the cause.',
};

/** What to do about a proof that did not come to its end. */
export const proofNext = (obstacle: ProofObstacle): string => NEXT[obstacle];

/** A proof in one sentence. Pure. */
export function proofSentence(proof: Proof): string {
  const where = `PostgreSQL ${proof.serverVersion}, ${proof.tables} ${proof.tables === 1 ? 'table' : 'tables'}, ${proof.rows} rows`;
  switch (proof.outcome) {
    case 'equal':
      return `Proved on a copy (${where}): the plan ends where your file does.`;
    case 'different':
      return `On a copy (${where}) the plan ends otherwise than your file.`;
    case 'unproved':
      return `Not proved: ${proof.obstacle === null ? 'it did not end' : OBSTACLES[proof.obstacle]}${proof.why === null ? '' : ` (${proof.why.replace(/\.$/, '')})`}.`;
  }
}
