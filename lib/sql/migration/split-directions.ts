/** Lines by which tools part a file into its way there and its way back. */
const MARKERS: readonly { readonly up: RegExp; readonly down: RegExp }[] = [
  // dbmate
  { up: /^--\s*migrate:up\b.*$/m, down: /^--\s*migrate:down\b.*$/m },
  // goose, sql-migrate
  { up: /^--\s*\+(?:goose|migrate)\s+up\b.*$/im, down: /^--\s*\+(?:goose|migrate)\s+down\b.*$/im },
  // node-pg-migrate
  { up: /^--\s*up\s+migration\s*$/im, down: /^--\s*down\s+migration\s*$/im },
];

export interface Directions {
  /** The text with the way back blanked out: every other character keeps its place. */
  readonly up: string;
  /** The way back as it stands in the file; null where it has none. */
  readonly down: string | null;
}

/** Parts a migration file that holds both ways, as dbmate, goose, sql-migrate and node-pg-migrate write them. */
export function splitDirections(text: string): Directions {
  for (const markers of MARKERS) {
    const up = markers.up.exec(text);
    const down = markers.down.exec(text);
    if (up === null || down === null) continue;
    const [from, to] = up.index < down.index ? [down.index, text.length] : [down.index, up.index];
    const back = text.slice(from + down[0].length, to).trim();
    return {
      up: text.slice(0, from) + text.slice(from, to).replaceAll(/[^\r\n]/g, ' ') + text.slice(to),
      down: back === '' ? null : back,
    };
  }
  return { up: text, down: null };
}
