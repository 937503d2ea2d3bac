'use client'

import { useQueryStates } from 'nuqs'
import { useCallback } from 'react'
import { SEARCH_PARAMS, type SearchState } from './search-url.ts'

export interface Search extends SearchState {
  /** Changes the search and remembers the one before for the back button, unless it is to be replaced. Closes the open row unless it is named. */
  change(next: Partial<SearchState>, history?: 'push' | 'replace'): void
  /** Opens a row, or closes it with null. */
  openRow(id: string | null): void
  /** Changes how the rows stand, not what is found: nothing closes, and the back button does not come by. */
  arrange(next: Partial<Pick<SearchState, 'order' | 'columns'>>): void
}

export function useSearch(): Search {
  const [state, setState] = useQueryStates(SEARCH_PARAMS)
  const change = useCallback(
    (next: Partial<SearchState>, history: 'push' | 'replace' = 'push') =>
      void setState({ open: null, ...(next.from === undefined ? {} : { at: null }), ...next }, { history }),
    [setState],
  )
  const openRow = useCallback(
    (open: string | null) => void setState({ open }, { history: 'replace' }),
    [setState],
  )
  const arrange = useCallback(
    (next: Partial<Pick<SearchState, 'order' | 'columns'>>) => void setState(next, { history: 'replace' }),
    [setState],
  )
  return { ...state, change, openRow, arrange }
}
