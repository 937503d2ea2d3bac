import type { Scale } from '../level/numbers.ts'

/**
 * What a library or product writes under names too short or too common to mean anything by themselves. Only events that have all
 * the marks are taken for its own: then its names are known for sure.
 */
export interface Library {
  readonly name: string
  /** Keys that an event of it has, exactly as they are written. */
  readonly marks: readonly string[]
  /** Of these an event has at least one. */
  readonly anyOf?: readonly string[]
  /** Keys and values that make sure of it. */
  readonly values?: Readonly<Record<string, string>>
  /** Values that are moved to the name they would have if they said what they are; best first. */
  readonly moves?: readonly (readonly [from: string, to: string])[]
  readonly level?: LibraryLevel
}

export interface LibraryLevel {
  readonly key: string
  /** Words, as `severity` has them by value, or numbers on a scale. */
  readonly words?: Readonly<Record<string, number>>
  readonly scale?: Scale
  /** The severity of an event that has no value under the key. */
  readonly missing?: number
  /** The value says more than the level, and stays. */
  readonly keeps?: boolean
}
