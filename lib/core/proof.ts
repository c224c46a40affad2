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
  | 'plan_stopped';

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
  readonly tables: number;
  readonly rows: number;
  readonly serverVersion: string;
  readonly tookMs: number;
}

const OBSTACLES: Readonly<Record<ProofObstacle, string>> = {
  base: 'the schema before the file could not be made on a copy',
  raw_file: 'PostgreSQL refuses the file itself',
  refused: 'the plan is refused',
  plan_stopped: 'the plan stopped on the copy',
};

/** A proof in one sentence. Pure. */
export function proofSentence(proof: Proof): string {
  const where = `PostgreSQL ${proof.serverVersion}, ${proof.tables} ${proof.tables === 1 ? 'table' : 'tables'}, ${proof.rows} rows`;
  switch (proof.outcome) {
    case 'equal':
      return `Proved on a copy (${where}): the plan ends where your file does.`;
    case 'different':
      return `On a copy (${where}) the plan ends otherwise than your file: ${proof.differences.length} ${proof.differences.length === 1 ? 'difference' : 'differences'}.`;
    case 'unproved':
      return `Not proved: ${proof.obstacle === null ? 'it did not end' : OBSTACLES[proof.obstacle]}${proof.why === null ? '' : ` (${proof.why.replace(/\.$/, '')})`}.`;
  }
}
