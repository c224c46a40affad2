import type { RawWork } from './migration-view';

/** Bytes a second: on a calm machine, and on a busy small one. A rewrite writes the table and its indexes; a build sorts. */
const SPEED = {
  rewrite: [150e6, 10e6],
  build: [200e6, 15e6],
  scan: [1500e6, 80e6],
} as const;

/** How long work over a whole table takes, as a wide range: nothing here was measured on the server that is meant. */
export function rawWork(
  kind: keyof typeof SPEED,
  table: { readonly estimatedRows: number; readonly bytes: number },
): RawWork {
  const [fast, slow] = SPEED[kind];
  return {
    rows: table.estimatedRows,
    bytes: table.bytes,
    seconds: [table.bytes / fast, table.bytes / slow],
  };
}
