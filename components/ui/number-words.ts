const GROUPED = new Intl.NumberFormat('en-US');

/** "200,000". */
export function count(value: number): string {
  return GROUPED.format(Math.round(value));
}

/** "1 row", "200,000 rows". */
export function counted(value: number, noun: string, plural = `${noun}s`): string {
  return `${count(value)} ${Math.round(value) === 1 ? noun : plural}`;
}

/** "62 %": rounded down, so that 100 % means all. */
export function percent(fraction: number): string {
  return `${Math.floor(Math.max(0, Math.min(1, fraction)) * 100)} %`;
}

/** "12 kB", "3.4 GB" in the units PostgreSQL prints. */
export function bytes(value: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let rest = value;
  let unit = 0;
  while (rest >= 1024 && unit < units.length - 1) {
    rest /= 1024;
    unit += 1;
  }
  return `${rest >= 10 || unit === 0 ? Math.round(rest) : rest.toFixed(1)} ${units[unit] ?? ''}`;
}
