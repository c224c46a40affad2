import { scanSync } from 'libpg-query';
import './parse-tree';

interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Parts of one statement as they were written. Places are byte offsets as the parser's nodes carry them. */
export interface SourceText {
  /** The expression that begins after this place: up to a comma, a closing bracket, or one of the places in `stops`. */
  expressionAfter(location: number, stops?: readonly number[]): string;
  /** The parts, between commas, of the first pair of brackets from this place on. */
  listAfter(location: number): string[];
  /** What follows the first such word that stands in no bracket, from this place on, up to one of the words in `ends`; null: there is none. */
  afterWord(location: number, word: string, ends?: readonly string[]): string | null;
  /** What follows `name SET word`; null: that is nowhere. */
  afterSetting(name: string, word: string): string | null;
}

/** The name that a token stands for. */
const identOf = (text: string): string =>
  text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text.toLowerCase();

const OPEN = new Set(['(', '[']);
const CLOSE = new Set([')', ']']);

/** Reads parts of a statement whose nodes count from `base`. Its tokens are taken apart once, when first asked for. */
export function sourceText(text: string, base: number): SourceText {
  const bytes = Buffer.from(text, 'utf8');
  let tokens: readonly Token[] | null = null;
  const from = (location: number): Token[] => {
    tokens ??= scanSync(text).tokens.filter(({ text: token }) => !/^(--|\/\*)/.test(token));
    return tokens.filter(({ start }) => start >= location - base);
  };
  const textOf = (list: readonly Token[]): string =>
    bytes.subarray(list[0]?.start ?? 0, list.at(-1)?.end ?? 0).toString('utf8');
  /** Tokens up to the first that ends the stretch, outside brackets. */
  const upTo = (list: readonly Token[], ends: (token: Token, at: number) => boolean): Token[] => {
    let depth = 0;
    const end = list.findIndex((token, at) => {
      if (depth === 0 && (CLOSE.has(token.text) || ends(token, at))) return true;
      if (OPEN.has(token.text)) depth += 1;
      if (CLOSE.has(token.text)) depth -= 1;
      return false;
    });
    return list.slice(0, end < 0 ? list.length : end);
  };
  const endsPart = ({ text: token }: Token) => token === ',' || token === ';';
  return {
    expressionAfter: (location, stops = []) => {
      const places = new Set(stops.map((stop) => stop - base));
      return textOf(
        upTo(from(location), (token, at) => endsPart(token) || (at > 0 && places.has(token.start))),
      );
    },
    listAfter: (location) => {
      const list = from(location);
      let rest = list.slice(list.findIndex(({ text: token }) => token === '(') + 1);
      const parts: string[] = [];
      for (;;) {
        const part = upTo(rest, endsPart);
        parts.push(textOf(part));
        if (rest[part.length]?.text !== ',') return parts;
        rest = rest.slice(part.length + 1);
      }
    },
    afterWord: (location, word, ends = []) => {
      const list = from(location);
      const before = upTo(list, ({ text: token }) => token.toUpperCase() === word);
      const rest = list.slice(before.length + 1);
      const isEnd = (token: Token, at: number) =>
        endsPart(token) || (at > 0 && ends.includes(token.text.toUpperCase()));
      return rest.length === 0 ? null : textOf(upTo(rest, isEnd));
    },
    afterSetting: (name, word) => {
      const list = from(base);
      const at = list.findIndex(
        ({ text: token }, index) =>
          identOf(token) === name &&
          list[index + 1]?.text.toUpperCase() === 'SET' &&
          list[index + 2]?.text.toUpperCase() === word,
      );
      return at < 0 ? null : textOf(upTo(list.slice(at + 3), endsPart));
    },
  };
}
