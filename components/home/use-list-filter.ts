'use client';

import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import type { ListFilter } from './list-rows';

const ENVIRONMENTS = ['production', 'staging', 'development'] as const;
const GROUP_NAMES = ['waiting', 'running', 'ended'] as const;

interface FilterChange {
  readonly q?: string;
  readonly env?: string;
  readonly db?: string;
  readonly group?: (typeof GROUP_NAMES)[number] | null;
}

export interface ListFilterState {
  readonly values: ListFilter;
  readonly active: boolean;
  readonly set: (change: FilterChange) => void;
  readonly clear: () => void;
}

/** The list's filter, kept in the URL. */
export function useListFilter(): ListFilterState {
  const [state, setState] = useQueryStates({
    q: parseAsString.withDefault(''),
    env: parseAsStringLiteral(ENVIRONMENTS),
    db: parseAsString,
    group: parseAsStringLiteral(GROUP_NAMES),
  });
  const values: ListFilter = {
    search: state.q,
    environment: state.env,
    databaseId: state.db,
    group: state.group,
  };
  return {
    values,
    active: state.q !== '' || state.env !== null || state.db !== null || state.group !== null,
    set: (change) => {
      setState({
        ...('q' in change ? { q: change.q || null } : {}),
        ...('env' in change ? { env: ENVIRONMENTS.find((name) => name === change.env) ?? null } : {}),
        ...('db' in change ? { db: change.db || null } : {}),
        ...('group' in change ? { group: change.group ?? null } : {}),
      });
    },
    clear: () => {
      setState({ q: null, env: null, db: null, group: null });
    },
  };
}
