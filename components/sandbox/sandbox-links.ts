/** The new-transition form, filled in with the first thing to try: the shop's customers get full_name for name. */
export function firstRenameHref(databaseId: string): string {
  const query = new URLSearchParams({
    database: databaseId,
    table: 'customers',
    column: 'name',
    to: 'full_name',
  });
  return `/transitions/new?${query}`;
}
