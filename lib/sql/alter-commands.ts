import { scanSync } from 'libpg-query';
import './parse-tree';

/** One action of ALTER TABLE as it was written. Places are byte offsets as the parser's nodes carry them. */
export interface AlterCommand {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Its text without these stretches, tidied. */
  without(stretches: readonly { readonly start: number; readonly end: number }[]): string;
}

/** ALTER TABLE taken apart as it was written. */
export interface AlterCommands {
  /** Everything before the first action: "ALTER TABLE ONLY users". */
  readonly head: string;
  /** The name alone: "users". */
  readonly name: string;
  readonly commands: readonly AlterCommand[];
}

const OPEN = new Set(['(', '[']);
const CLOSE = new Set([')', ']']);

/** Takes one ALTER TABLE apart whose nodes count from `base`. The actions are those of the parse tree, in its order. */
export function alterCommands(text: string, base: number): AlterCommands | null {
  const bytes = Buffer.from(text, 'utf8');
  const tokens = scanSync(text).tokens.filter(
    ({ text: token }) => !/^(--|\/\*)/.test(token) && token !== ';',
  );
  const word = (at: number): string => tokens[at]?.text.toUpperCase() ?? '';
  let at = word(1) === 'TABLE' ? 2 : 3;
  if (word(0) !== 'ALTER' || word(at - 1) !== 'TABLE') return null;
  if (word(at) === 'IF') at += 2;
  if (word(at) === 'ONLY') at += 1;
  const first = at;
  while (word(at + 1) === '.') at += 2;
  const last = at;
  if (word(at + 1) === '*') at += 1;
  const slice = (start: number, end: number): string => bytes.subarray(start, end).toString('utf8');
  const parts: { start: number; end: number }[] = [];
  let depth = 0;
  let fresh = true;
  for (const token of tokens.slice(at + 1)) {
    if (OPEN.has(token.text)) depth += 1;
    if (CLOSE.has(token.text)) depth -= 1;
    if (depth === 0 && token.text === ',') {
      fresh = true;
      continue;
    }
    const current = parts.at(-1);
    if (fresh || current === undefined) parts.push({ start: token.start, end: token.end });
    else current.end = token.end;
    fresh = false;
  }
  return {
    head: slice(tokens[0]?.start ?? 0, tokens[at]?.end ?? 0),
    name: slice(tokens[first]?.start ?? 0, tokens[last]?.end ?? 0),
    commands: parts.map(({ start, end }) => ({
      text: slice(start, end),
      start: start + base,
      end: end + base,
      without: (stretches) => {
        let rest = '';
        let from = start;
        for (const stretch of [...stretches].sort((a, b) => a.start - b.start)) {
          rest += slice(from, stretch.start - base);
          from = stretch.end - base;
        }
        return (rest + slice(from, end)).replace(/\s+/g, ' ').trim();
      },
    })),
  };
}
