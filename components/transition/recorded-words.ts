import { count, counted } from '@/components/ui/number-words';
import type { Recorded, RecordedConflict, RecordedException } from '@/lib/core/recorded';
import { quoteLiteral } from '@/lib/core/sql-text';

/** What values that only one side can hold mean for the application and for the phases to come. */
export function exceptionsInWords({ exceptions }: Pick<Recorded, 'exceptions'>): string {
  return `${counted(exceptions, 'value')} ${exceptions === 1 ? 'was' : 'were'} written that one side only can hold. ${exceptions === 1 ? 'It stays' : 'Each stays'} where it was written, and the application got no error. You are asked before one that is still there is given up.`;
}

/** What writes of both sides at once, or rows that could not be put back, mean. */
export function conflictsInWords({ conflicts }: Pick<Recorded, 'conflicts'>): string {
  return `${conflicts === 1 ? 'Once' : `${count(conflicts)} times`} two values met in one row. One was kept; the other is nowhere but here.`;
}

/** "id 7". */
export function rowInWords({ key }: Pick<RecordedException | RecordedConflict, 'key'>): string {
  return Object.entries(key)
    .map(([column, value]) => `${column} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}

/** "old side: abc". */
export function exceptionInWords({ side, value }: Pick<RecordedException, 'side' | 'value'>): string {
  return `${side} side: ${value ?? 'see the row'}`;
}

/** "kept 7, not 8". */
export function conflictInWords({ kept, lost }: Pick<RecordedConflict, 'kept' | 'lost'>): string {
  return `kept ${kept ?? 'NULL'}, not ${lost ?? 'NULL'}`;
}

/** The statements that show all of it. */
export function recordedSql(recorded: Recorded, transition: string): string {
  return (['exceptions', 'conflicts'] as const)
    .filter((table) => recorded[table] > 0)
    .map((table) => `SELECT * FROM segue.${table} WHERE transition = ${quoteLiteral(transition)};`)
    .join('\n');
}
