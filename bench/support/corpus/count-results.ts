import type { Leg } from './rehearse-file';
import type { FileResult } from './run-history';

/** Counts of a run: no name and no text of the files that were read. */
export interface CorpusCounts {
  readonly files: number;
  /** Files with a plan, or without anything to do. */
  readonly filesPlanned: number;
  readonly statements: number;
  readonly crashes: number;
  readonly unsafeFiles: number;
  readonly unsafeStatements: number;
  readonly planned: number;
  readonly asked: number;
  readonly refused: number;
  /** Unsafe statements without a fate: there must be none. */
  readonly unnamed: number;
  /** Of the unsafe statements, in percent: a person decides, or it is refused. */
  readonly askedOrRefusedPercent: number;
  readonly askedByCode: Readonly<Record<string, number>>;
  readonly refusedByCode: Readonly<Record<string, number>>;
  readonly unsafeFilesPlanned: number;
  /** Files of those whose plan ends as the file does, and whose way back restores the start. */
  readonly end: Outcomes;
  readonly back: Outcomes;
  /** Files whose raw form fails as soon as its tables have rows. */
  readonly rawFailsOnRows: number;
  /** Files whose plan did work that grows with a table under a lock that stops its writers. */
  readonly longWorkUnderStrongLock: number;
  readonly rows: number;
}

interface Outcomes {
  readonly equal: number;
  readonly different: number;
  readonly stopped: number;
  /** Kinds of what differs, or of what stopped, by the number of files. */
  readonly reasons: Readonly<Record<string, number>>;
}

/** What kind of thing a line of differences is about: "+ index …" → "index". */
function kindOf(line: string): string {
  const words = line.replace(/^[+-] /, '').split(' ');
  return ['refused', 'plan_stopped', 'forward', 'back', 'base:', 'raw_file:'].includes(words[0] ?? '')
    ? `${words[0]} ${words[1]}`.replaceAll(':', '')
    : (words[0] ?? '').replace(':', '');
}

function byCode(codes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const code of [...codes].sort()) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

function outcomesOf(legs: readonly Leg[]): Outcomes {
  const of = (outcome: Leg['outcome']) => legs.filter((leg) => leg.outcome === outcome).length;
  return {
    equal: of('equal'),
    different: of('different'),
    stopped: of('stopped'),
    reasons: byCode(legs.flatMap(({ lines }) => [...new Set(lines.map(kindOf))])),
  };
}

/** Adds up what became of all files. Pure. */
export function countResults(results: readonly FileResult[]): CorpusCounts {
  const verdicts = results.flatMap((result) => result.verdicts);
  const of = (fate: string) => verdicts.filter((verdict) => verdict.fate === fate);
  const unsafe = results.filter((result) => result.verdicts.length > 0);
  const played = results.flatMap(({ rehearsal }) => rehearsal ?? []);
  const codes = (fate: string) => byCode(of(fate).map(({ code }) => code ?? 'none'));
  return {
    files: results.length,
    filesPlanned: results.filter(({ plan }) => plan !== 'not_planned').length,
    statements: results.reduce((sum, { statements }) => sum + statements, 0),
    crashes: results.filter(({ crash }) => crash !== null).length,
    unsafeFiles: unsafe.length,
    unsafeStatements: verdicts.length,
    planned: of('planned').length,
    asked: of('asked').length,
    refused: of('refused').length,
    unnamed: of('unnamed').length,
    askedOrRefusedPercent:
      verdicts.length === 0
        ? 0
        : Number(((100 * (of('asked').length + of('refused').length)) / verdicts.length).toFixed(1)),
    askedByCode: codes('asked'),
    refusedByCode: codes('refused'),
    unsafeFilesPlanned: unsafe.filter(({ plan }) => plan === 'planned').length,
    end: outcomesOf(played.map(({ end }) => end)),
    back: outcomesOf(played.map(({ back }) => back)),
    rawFailsOnRows: played.filter(({ rawFailsOnRows }) => rawFailsOnRows).length,
    longWorkUnderStrongLock: played.filter(({ longWork }) => longWork.length > 0).length,
    rows: played.reduce((sum, { rows }) => sum + rows, 0),
  };
}
