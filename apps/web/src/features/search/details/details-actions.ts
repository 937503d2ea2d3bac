import type { ColumnChoice } from '../log-list/columns/column-choice.ts'
import type { ValueChoice } from './fields/value-choices.ts'

/** What the page around does with the values of an event. */
export interface DetailsActions {
  /** Narrows what is shown. */
  onChoice(choice: ValueChoice): void
  /** Where there is a list whose columns can be changed. */
  readonly columns?: ColumnChoice | undefined
}
