/** "first_name and last_name" */
export const listed = (columns: readonly { readonly name: string }[]): string =>
  columns.map((column) => column.name).join(' and ');
