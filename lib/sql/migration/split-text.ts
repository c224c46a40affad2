/** A stretch of a file, in characters of the text: what PostgreSQL would get as one statement, or what only psql knows. */
export interface Chunk {
  readonly kind: 'sql' | 'psql' | 'copy-data';
  readonly start: number;
  readonly end: number;
}

const WORD = /[\p{L}_][\p{L}\p{N}_$]*/uy;
const DOLLAR = /\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$/uy;

const matchAt = (pattern: RegExp, text: string, at: number): string | null => {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
};

/** End of a quoted stretch; the end of the text where it is never closed. */
function quotedEnd(text: string, from: number, quote: string, backslash: boolean): number {
  for (let at = from + 1; at < text.length; at += 1) {
    if (backslash && text[at] === '\\') at += 1;
    else if (text[at] === quote) {
      if (text[at + 1] !== quote) return at + 1;
      at += 1;
    }
  }
  return text.length;
}

function blockCommentEnd(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    if (text.startsWith('/*', at)) {
      depth += 1;
      at += 1;
    } else if (text.startsWith('*/', at)) {
      depth -= 1;
      at += 1;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
}

const lineEnd = (text: string, from: number): number => {
  const at = text.indexOf('\n', from);
  return at < 0 ? text.length : at;
};

/** End of what follows COPY … FROM stdin: the line `\.`. */
function copyDataEnd(text: string, from: number): number {
  const end = /^\\\.[ \t\r]*$/m;
  const rest = text.slice(from);
  const found = end.exec(rest);
  return found === null ? text.length : from + found.index + found[0].length;
}

/**
 * Cuts a text at the semicolons that end statements, as psql does: strings, quoted names, dollar quotes, comments and
 * BEGIN ATOMIC bodies stay whole; lines that begin with a backslash and the data of COPY … FROM stdin stand apart. Linear in
 * the text. Never throws: what is not closed reaches to the end.
 */
export function splitText(text: string): Chunk[] {
  const chunks: Chunk[] = [];
  let start = 0;
  let first = '';
  let last = '';
  let parens = 0;
  let atomic = 0;
  const close = (end: number): void => {
    if (text.slice(start, end).trim() !== '') chunks.push({ kind: 'sql', start, end });
    start = end;
    first = '';
    last = '';
    parens = 0;
    atomic = 0;
  };
  const setApart = (kind: 'psql' | 'copy-data', from: number, end: number): number => {
    chunks.push({ kind, start: from, end });
    start = end;
    return end;
  };
  const word = (name: string): void => {
    if (name === 'ATOMIC' && last === 'BEGIN') atomic = 1;
    else if (atomic > 0 && name === 'CASE') atomic += 1;
    else if (atomic > 0 && name === 'END') atomic -= 1;
    if (first === '') first = name;
    last = name;
  };
  const next = (at: number): number => {
    const char = text[at] ?? '';
    if (char === "'") return quotedEnd(text, at, "'", /[eE]/.test(text[at - 1] ?? '') && last === 'E');
    if (char === '"') return quotedEnd(text, at, '"', false);
    if (text.startsWith('--', at)) return lineEnd(text, at);
    if (text.startsWith('/*', at)) return blockCommentEnd(text, at);
    if (char === '$') {
      const tag = matchAt(DOLLAR, text, at);
      if (tag === null) return at + 1;
      const end = text.indexOf(tag, at + tag.length);
      return end < 0 ? text.length : end + tag.length;
    }
    if (char === '\\' && /(^|[\n\r])[ \t]*$/.test(text.slice(Math.max(0, at - 200), at))) {
      close(at);
      return setApart('psql', at, lineEnd(text, at));
    }
    if (char === ';' && parens <= 0 && atomic === 0) {
      const copies = first === 'COPY' && /\bFROM\s+STDIN\b/i.test(text.slice(start, at));
      close(at + 1);
      if (!copies) return at + 1;
      const from = Math.min(text.length, lineEnd(text, at) + 1);
      return setApart('copy-data', from, copyDataEnd(text, from));
    }
    const name = matchAt(WORD, text, at);
    if (name !== null) word(name.toUpperCase());
    else if (char === '(') parens += 1;
    else if (char === ')') parens -= 1;
    return at + (name?.length ?? 1);
  };
  for (let at = 0; at < text.length; ) at = next(at);
  close(text.length);
  return chunks;
}
