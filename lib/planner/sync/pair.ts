import type { KeyColumn } from '@/lib/core/plan';
import { quoteIdent, quoteLiteral, type RelationName } from '@/lib/core/sql-text';
import type { ColumnInfo, IndexInfo } from '../catalog';
import { type Comparable, differs, keepsValue, losesValue } from '../compare';

/** What becomes of a value that cannot be converted. `value` is SQL put in its place. */
export type FailurePolicy =
  | { readonly kind: 'none' }
  | { readonly kind: 'reject' }
  | { readonly kind: 'quarantine' }
  | { readonly kind: 'value'; readonly sql: string }
  /** An unused value stands in for it: of a key that may not be NULL and that something rests upon. */
  | { readonly kind: 'stand_in' };

/** Transaction-local setting by which a batch of a backfill says that it writes both sides right itself. */
export const BACKFILL_SETTING = 'segue.backfill';

/** SQL that is true where no batch of a backfill is writing. */
export const NO_BACKFILL = `pg_catalog.current_setting('${BACKFILL_SETTING}', true) IS DISTINCT FROM 'on'`;

/** One direction of a conversion. */
export interface Conversion {
  /** SQL of the converted value, of the target's type; the argument is SQL of the source value. */
  readonly apply: (source: string) => string;
  readonly onFailure: FailurePolicy;
}

/** Two columns of one table that stand for the same thing: the old one and the new one beside it. */
export interface Pair {
  readonly table: RelationName;
  readonly key: readonly KeyColumn[];
  readonly old: ColumnInfo;
  readonly newName: string;
  readonly newType: string;
  readonly newComparable: Comparable;
  /** False: the new column is a copy (rename). */
  readonly converts: boolean;
  /** The new column's default as SQL, where it is not the old one's default converted; null: it has none. */
  readonly newDefault?: string | null;
  /** The new side is text, of which only what the old type itself would print is a value of it. */
  readonly spelled?: true;
  /** What NULL of the old side becomes, of its own type, where the new side is NOT NULL and the old one is not. */
  readonly fills?: string;
  /** Indexes over the new column that are no clones. */
  readonly indexes?: readonly string[];
  /** In the end indexes and constraints of the new column have the names of the old one's. */
  readonly keepsNames?: true;
  /** Every value converts, and back to itself: known without a look at the rows. */
  readonly exact?: true;
  readonly up: Conversion;
  readonly down: Conversion;
  /** Unique indexes that have a clone on the new column. */
  readonly mirrored: readonly IndexInfo[];
  readonly operation: number;
  /** 0, or the number of a further pair of the same operation: tells their objects and records apart. */
  readonly part: number;
  /** What sentences call the two sides. */
  readonly spoken: { readonly old: string; readonly fresh: string };
  readonly tag: string;
  readonly transition: string;
  readonly retiredName: string;
  /** True: the name stays and the columns swap names at Switch, so that only one side is ever written by an application. */
  readonly swaps: boolean;
  /** The old column's name in the index definitions of `mirrored`, whatever it is called now. */
  readonly mirroredAs: string;
}

/** True where the new side is to be NOT NULL. */
export function newIsNotNull(pair: Pair): boolean {
  return pair.old.notNull || pair.fills !== undefined;
}

/** The default that the new column gets with the hand-over, as SQL; null: none. */
export function handedDefault(pair: Pair): string | null {
  if (pair.newDefault !== undefined) return pair.newDefault;
  return pair.old.default === null || !pair.converts
    ? pair.old.default
    : pair.up.apply(`(${pair.old.default})`);
}

/** Tells the objects of one pair from those of others. */
export function pairId(pair: Pick<Pair, 'tag' | 'operation' | 'part'>): string {
  return `${pair.tag}_${pair.operation + 1}${pair.part === 0 ? '' : `_${pair.part + 1}`}`;
}

/** Under which number conflicts and exceptions of a pair are recorded: the operation's, and others for its further pairs. */
export function recordNumber(pair: Pick<Pair, 'operation' | 'part'>): number {
  return pair.operation + pair.part * 10_000;
}

/** Names of what Segue creates for a pair in schema `segue` and on the table. */
export function pairNames(pair: Pick<Pair, 'tag' | 'operation' | 'part'>) {
  const id = pairId(pair);
  const inSegue = (name: string) => `segue.${quoteIdent(name)}`;
  return {
    sync: inSegue(`sync_${id}`),
    up: inSegue(`up_${id}`),
    upFails: inSegue(`up_fails_${id}`),
    down: inSegue(`down_${id}`),
    downFails: inSegue(`down_fails_${id}`),
    omitted: inSegue(`omitted_${id}`),
    /** Transaction-local setting in which the new column's default notes that the writer left it out… */
    omittedSetting: `segue.omitted_${id}`,
    /** …and, followed by the trigger's depth, the one that keeps the note for the row that is being written. */
    rowSetting: `segue.row_omits_${id}_`,
    note: inSegue(`note_${id}`),
    /** Row triggers run by name, and "!" sorts before every letter. */
    noteTrigger: `!segue_${id}_note`,
    clearTrigger: `!segue_${id}_clear`,
    insertTrigger: `zzz_segue_${id}_ins`,
    updateTrigger: `zzz_segue_${id}_upd`,
    record: inSegue(`record_${id}`),
    recordInsertTrigger: `zzz_segue_${id}_rec_ins`,
    recordUpdateTrigger: `zzz_segue_${id}_rec_upd`,
    /** Sequence of the numbers that stand in for values that the old side cannot hold. */
    standIn: inSegue(`stand_in_${id}`),
  };
}

/** Types whose explicit cast cuts silently where assignment raises; they are cast without their length. */
const CUTS_ON_CAST = /^(character varying|character|bit varying)\(\d+\)$/;

/** SQL of a value brought to a column's type, rounding as an assignment would but never cutting. */
export function coerced(sql: string, type: string): string {
  const match = CUTS_ON_CAST.exec(type);
  const target = match === null ? type : match[1] === 'character' ? 'bpchar' : (match[1] ?? type);
  return `CAST((${sql}) AS ${target})`;
}

/** True where a value that is too long for the type may be on the other side. */
const isLeft = ({ onFailure }: Conversion, type: string): boolean =>
  CUTS_ON_CAST.test(type) && (onFailure.kind === 'quarantine' || onFailure.kind === 'value');

const ref = (row: string, column: string) => `${row}.${quoteIdent(column)}`;

/** SQL conditions on a row, given as `t`, `NEW` or `OLD`. The safe form never raises and costs a function call. */
export function pairConditions(pair: Pair, row: string, oldName = pair.old.name) {
  const names = pairNames(pair);
  const old = ref(row, oldName);
  const fresh = ref(row, pair.newName);
  if (!pair.converts) {
    const unequal = differs(pair.old, old, fresh);
    return {
      disagrees: unequal,
      safeDisagrees: unequal,
      needsWork: unequal,
      safeNeedsWork: unequal,
      failed: 'false',
      lossyNew: 'false',
      lossyOld: 'false',
      survives: 'true',
    };
  }
  const up = pair.up.apply(old);
  const down = pair.down.apply(fresh);
  const safeUp = `${names.up}(${old})`;
  const safeDown = `${names.down}(${fresh})`;
  // A number that stands in for a value says nothing of it.
  const held = pair.down.onFailure.kind === 'stand_in' ? ` AND NOT ${names.downFails}(${fresh})` : '';
  // Cast without its length a text never fails: only the safe form says what becomes of one that is too long.
  const comparedUp = isLeft(pair.up, pair.newType) ? safeUp : up;
  const comparedDown = held !== '' || isLeft(pair.down, pair.old.type) ? safeDown : down;
  // NULL of the new side would be what NULL of the old one comes from; it has a value there.
  const orEmpty = (condition: string) =>
    pair.fills === undefined || pair.swaps ? condition : `(${fresh} IS NULL OR (${condition}))`;
  const newDiffers = (value: string) => differs(pair.newComparable, fresh, value);
  const oldDiffers = (value: string) => differs(pair.old, old, value);
  const returned = `${names.down}(${safeUp})`;
  return {
    /** Neither side is what the other converts to. */
    disagrees: orEmpty(`${newDiffers(comparedUp)}${held} AND ${oldDiffers(comparedDown)}`),
    safeDisagrees: orEmpty(`${newDiffers(safeUp)}${held} AND ${oldDiffers(safeDown)}`),
    /** A backfill leaves a row alone whose new value is a finer one of the old: it was written by new code. */
    needsWork: `${newDiffers(up)} AND (${fresh} IS NULL OR ${oldDiffers(down)})`,
    safeNeedsWork: `${newDiffers(safeUp)} AND (${fresh} IS NULL OR ${oldDiffers(safeDown)})`,
    failed: `${names.upFails}(${old})`,
    lossyNew: losesValue(pair.newComparable, fresh, safeUp),
    /** The old value does not convert, or would read differently after the way there and back. */
    lossyOld:
      pair.exact === true
        ? 'false'
        : `${pair.fills === undefined ? '' : `${old} IS NOT NULL AND `}${losesValue(pair.old, old, returned)}`,
    survives:
      pair.exact === true
        ? 'true'
        : `${pair.fills === undefined ? '' : `${old} IS NULL OR `}${keepsValue(pair.old, old, returned)}`,
  };
}

/** JSON object of a row's key, for the records of conflicts and exceptions. */
export function keyJson(pair: Pick<Pair, 'key'>, row: string): string {
  return `pg_catalog.jsonb_build_object(${pair.key.map((column) => `${quoteLiteral(column.name)}, ${ref(row, column.name)}`).join(', ')})`;
}
