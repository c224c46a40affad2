import { lineIndex } from '@/lib/sql/migration/line-index';

/** A comment by which a person takes responsibility for a finding. */
export interface Suppression {
  readonly line: number;
  readonly rules: readonly string[];
  readonly reason: string;
  /** For the whole file, not for the next statement alone. */
  readonly wholeFile: boolean;
}

const COMMENT =
  /--[ \t]*segue-ignore(-file)?[ \t]+([a-z0-9-]+(?:[ \t]*,[ \t]*[a-z0-9-]+)*)[ \t]*(?::[ \t]*(.*?))?[ \t]*$/gim;

/** Reads `-- segue-ignore rule, rule: reason` and `-- segue-ignore-file rule: reason`. Without a reason `reason` is empty. */
export function readSuppressions(text: string): Suppression[] {
  const { placeAt } = lineIndex(text);
  return [...text.matchAll(COMMENT)].map((match) => ({
    line: placeAt(match.index).line,
    rules: (match[2] ?? '').split(',').map((rule) => rule.trim()),
    reason: match[3] ?? '',
    wholeFile: match[1] !== undefined,
  }));
}
