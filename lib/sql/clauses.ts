import { scanSync } from 'libpg-query';
import './parse-tree';

/** What stands behind each of a statement's own keywords, up to the next of them; words in brackets belong to what is inside. */
export function clausesOf<W extends string>(sql: string, words: readonly W[]): Partial<Record<W, string>> {
  const bytes = Buffer.from(sql, 'utf8');
  const tokens = scanSync(sql).tokens.filter(({ text }) => !/^(--|\/\*)/.test(text));
  const starts: { word: W; from: number; at: number }[] = [];
  let depth = 0;
  let before = '';
  for (const { text, start, end } of tokens) {
    if (text === '(' || text === '[') depth += 1;
    if (text === ')' || text === ']') depth -= 1;
    const upper = text.toUpperCase();
    const word = words.find((each) => each === upper);
    // IS DISTINCT FROM is a comparison.
    if (depth === 0 && word !== undefined && !(word === 'FROM' && before === 'DISTINCT'))
      starts.push({ word, from: end, at: start });
    before = upper;
  }
  const found: Partial<Record<W, string>> = {};
  for (const [index, { word, from }] of starts.entries())
    found[word] ??= bytes
      .subarray(from, starts[index + 1]?.at ?? bytes.length)
      .toString('utf8')
      .trim();
  return found;
}
