import type { ValueChoice } from './fields/value-choices.ts'

/** What the page around does with the values of an event. */
export interface DetailsActions {
  /** Narrows what is shown. */
  onChoice(choice: ValueChoice): void
  /** The fields that have a column in the list, where there is one that can be changed. */
  readonly columns?: { readonly shown: readonly string[]; onToggle(field: string): void } | undefined
}
