/** One line of the activity page: who did what, when. */
export interface ActivityEntry {
  readonly id: string;
  readonly at: string;
  readonly actor: string;
  readonly via: 'web' | 'api' | 'cli' | 'worker';
  /** "approved the plan". */
  readonly what: string;
  readonly object: string;
  readonly transitionId: string | null;
  readonly databaseId: string | null;
  readonly detail: string | null;
}
