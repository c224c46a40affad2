import { quoteName } from '@/lib/core/sql-text';
import type { ViewInfo } from '../catalog';

/** A view's statement, with its options. */
export function makeView(
  how: 'CREATE' | 'CREATE OR REPLACE',
  name: string,
  view: Pick<ViewInfo, 'schema' | 'options'>,
  definition: string,
): string {
  const options = view.options.length === 0 ? '' : ` WITH (${view.options.join(', ')})`;
  return `${how} VIEW ${quoteName({ schema: view.schema, name })}${options} AS ${definition.replace(/;\s*$/, '')}`;
}
