/** Tables that the triggers of a transition write to, by name. Idempotent. They never change: what is in a target was made by them. */
export const SEGUE_TABLES = {
  exceptions: `CREATE TABLE IF NOT EXISTS segue.exceptions (
    transition text NOT NULL,
    operation integer NOT NULL,
    side text NOT NULL CHECK (side IN ('old', 'new')),
    key jsonb NOT NULL,
    value text,
    seen_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (transition, operation, side, key)
  )`,
  conflicts: `CREATE TABLE IF NOT EXISTS segue.conflicts (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    transition text NOT NULL,
    operation integer NOT NULL,
    key jsonb NOT NULL,
    kept text,
    lost text,
    at timestamptz NOT NULL DEFAULT now()
  )`,
  // Nothing is ever left in it, so it needs no log, and a crash or a fail-over may empty it.
  new_keys: 'CREATE UNLOGGED TABLE IF NOT EXISTS segue.new_keys (key bigint PRIMARY KEY)',
} as const;
