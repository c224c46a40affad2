/** A place in a file: both from 1; the column counts characters as editors do. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Line and column of places in a text, for ascending or any offsets; LF, CRLF and CR each end one line. */
export function lineIndex(text: string): { placeAt(offset: number): Place; lineAt(line: number): string } {
  const starts = [0];
  for (const end of text.matchAll(/\r\n|\n|\r/g)) starts.push(end.index + end[0].length);
  const lineOf = (offset: number): number => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  return {
    placeAt: (offset) => {
      const line = lineOf(offset);
      const from = starts[line] ?? 0;
      return { line: line + 1, column: [...text.slice(from, offset)].length + 1 };
    },
    lineAt: (line) => text.slice(starts[line - 1] ?? text.length, starts[line] ?? text.length).trimEnd(),
  };
}
