/** The lines of a file, without their ends; LF, CRLF and CR each end one, as the server counts them. */
export function splitLines(text: string): readonly string[] {
  return text.split(/\r\n|\n|\r/);
}

/** A part of a file, by whole lines counted from 1, and what stands around it. */
export interface SourcePart {
  readonly from: number;
  readonly to: number;
  readonly before: string;
  readonly part: string;
  readonly after: string;
  /** The part as it was before anybody edited it. */
  readonly original: string;
}

/** Cuts lines out, to be put back as `before + part + after`. Line ends become LF. */
export function cutLines(lines: readonly string[], from: number, to: number): SourcePart {
  const before = lines.slice(0, from - 1);
  const after = lines.slice(to);
  const part = lines.slice(from - 1, to).join('\n');
  return {
    from,
    to,
    before: before.length === 0 ? '' : `${before.join('\n')}\n`,
    part,
    original: part,
    after: after.length === 0 ? '' : `\n${after.join('\n')}`,
  };
}

/** A transition's name after the file: "0042_add-country" of "0042_add-country.sql". Prisma and drizzle keep the name in the folder. */
export function nameOfFile(fileName: string): string {
  const parts = fileName.split(/[/\\]/).filter((part) => part !== '');
  const last = parts.at(-1) ?? '';
  const base = /^migration\.sql$/i.test(last)
    ? (parts.at(-2) ?? 'migration')
    : last.replace(/\.[a-z]{1,5}$/i, '');
  const clean = base
    .replaceAll(/[^\p{L}\p{N} ._-]+/gu, '-')
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .slice(0, 100)
    .trim();
  return clean === '' ? 'migration' : clean;
}
