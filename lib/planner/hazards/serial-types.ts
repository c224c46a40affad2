/** Not types but a short form of integer, sequence and default (PostgreSQL manual, "Serial Types"). */
export const SERIAL_TYPES: ReadonlySet<string> = new Set([
  'serial',
  'serial4',
  'bigserial',
  'serial8',
  'smallserial',
  'serial2',
]);
