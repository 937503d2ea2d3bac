import type { Search } from '../../use-search.ts'
import { columnShowing, withToggled } from './column-model.ts'

/** Which fields the list shows as columns, for whatever else names fields. */
export interface ColumnChoice {
  has(field: string): boolean
  /** Adds the column of a field, or takes it away. */
  toggle(field: string): void
}

export function columnChoice({ columns, arrange }: Pick<Search, 'columns' | 'arrange'>): ColumnChoice {
  return {
    has: (field) => columnShowing(columns, field) !== undefined,
    toggle: (field) => arrange({ columns: withToggled(columns, field) }),
  }
}
