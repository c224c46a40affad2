export type TokenKind = 'plain' | 'keyword' | 'string' | 'comment' | 'number' | 'identifier';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

export type CodeLanguage = 'sql' | 'ts' | 'prisma' | 'yaml';

const SQL_WORDS =
  'add|after|alter|analyze|and|any|as|asc|atomic|batch|before|begin|between|by|cascade|case|check|column|comment|commit|concurrently|conflict|constraint|create|declare|default|delete|desc|distinct|do|drop|each|else|elsif|end|enable|exception|execute|exists|false|for|foreign|from|function|grant|group|having|if|in|index|insert|into|is|join|key|language|left|like|limit|local|lock|loop|materialized|mode|new|not|null|nulls|of|old|on|only|or|order|perform|plpgsql|primary|procedure|raise|references|rename|replace|reset|restrict|return|returning|returns|revoke|row|rows|schema|security|select|set|statement|table|then|to|trigger|true|truncate|type|unique|update|using|valid|validate|values|view|when|where|while|with';
const TS_WORDS =
  'as|async|await|case|class|const|default|else|export|extends|false|for|from|function|if|import|interface|let|new|null|of|return|throw|true|type|typeof|undefined|var|while';
const PRISMA_WORDS = 'datasource|enum|false|generator|model|null|true|type';
const YAML_WORDS = 'false|null|true';

const WORDS: Record<CodeLanguage, ReadonlySet<string>> = {
  sql: new Set(SQL_WORDS.split('|')),
  ts: new Set(TS_WORDS.split('|')),
  prisma: new Set(PRISMA_WORDS.split('|')),
  yaml: new Set(YAML_WORDS.split('|')),
};

const SQL_PATTERN =
  /(?<comment>--[^\n]*|\/\*[\s\S]*?\*\/)|(?<string>[eE]?'(?:[^'\\]|''|\\.)*')|(?<identifier>"(?:[^"]|"")*")|(?<number>\b\d+(?:\.\d+)?\b)|(?<word>[A-Za-z_][\w$]*)/g;
const CODE_PATTERN =
  /(?<comment>\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<string>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`)|(?<number>\b\d+(?:\.\d+)?\b)|(?<word>[A-Za-z_$][\w$]*)/g;
const YAML_PATTERN =
  /(?<comment>#[^\n]*)|(?<string>'(?:[^'\n]|'')*'|"(?:[^"\\\n]|\\.)*")|(?<number>\b\d+(?:\.\d+)?\b)|(?<word>[A-Za-z_][\w-]*)/g;

const PATTERNS: Record<CodeLanguage, RegExp> = {
  sql: SQL_PATTERN,
  ts: CODE_PATTERN,
  prisma: CODE_PATTERN,
  yaml: YAML_PATTERN,
};

function kindOf(groups: Record<string, string | undefined>, language: CodeLanguage): TokenKind {
  if (groups.comment !== undefined) return 'comment';
  if (groups.string !== undefined) return 'string';
  if (groups.identifier !== undefined) return 'identifier';
  if (groups.number !== undefined) return 'number';
  const word = groups.word ?? '';
  return WORDS[language].has(language === 'sql' ? word.toLowerCase() : word) ? 'keyword' : 'plain';
}

/** Cuts code into tokens for light highlighting. Loses nothing: the texts joined are the code. */
export function codeTokens(code: string, language: CodeLanguage): readonly Token[] {
  const tokens: Token[] = [];
  let end = 0;
  const plain = (text: string): void => {
    if (text !== '') tokens.push({ kind: 'plain', text });
  };
  for (const match of code.matchAll(PATTERNS[language])) {
    plain(code.slice(end, match.index));
    tokens.push({ kind: kindOf(match.groups ?? {}, language), text: match[0] });
    end = match.index + match[0].length;
  }
  plain(code.slice(end));
  return tokens;
}
