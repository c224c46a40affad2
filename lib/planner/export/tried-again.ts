import { BACKFILL_SETTING } from '../sync/pair';
import { block } from './export-unit';

/** Settings of one batch's transaction. Its lock timeout is short: if it and a client lock rows crosswise, the batch gives way. */
const settings = (spareSync: boolean): string =>
  `PERFORM pg_catalog.set_config('lock_timeout', '150ms', true), pg_catalog.set_config('synchronous_commit', 'off', true), pg_catalog.set_config('${BACKFILL_SETTING}', '${spareSync ? 'on' : 'off'}', true);`;

interface Trying {
  /** The batch sees to both sides of a pair itself. */
  readonly spareSync: boolean;
  /** Another error that passes, by its name in plpgsql. */
  readonly alsoOn?: 'foreign_key_violation';
}

/**
 * A batch, tried again while somebody holds a row of it. COMMIT stands outside: a block that catches errors may not end the
 * transaction. The block around it declares `segue_tries`.
 */
export function triedAgain(statements: string, { spareSync, alsoOn }: Trying): string {
  const passing = ['lock_not_available', 'deadlock_detected', ...(alsoOn === undefined ? [] : [alsoOn])];
  return `segue_tries := 0;
    LOOP
      BEGIN
        ${settings(spareSync)}
        ${statements}
        EXIT;
      EXCEPTION WHEN ${passing.join(' OR ')} THEN
        segue_tries := segue_tries + 1;
        IF segue_tries > 200 THEN RAISE; END IF;
        PERFORM pg_catalog.pg_sleep(0.05 + pg_catalog.random() * 0.2);
      END;
    END LOOP;
    COMMIT;`;
}

/** A block that does batch after batch until one says in `segue_changed` that it found nothing. */
export const untilNone = (statements: string, trying: Trying): string =>
  block(
    ['segue_changed bigint', 'segue_tries integer'],
    `  LOOP
    ${triedAgain(statements, trying)}
    EXIT WHEN segue_changed = 0;
  END LOOP;`,
  );
