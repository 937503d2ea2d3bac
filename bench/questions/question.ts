import type { Ledger, Matches, Range } from '../expected/ledger.ts'
import type { GeneratedEvent } from '../generator/generated-event.ts'

/** A question of issue 4. Each time it is asked it is about something else, where there is a choice. */
export interface Question {
  readonly name: string
  readonly goalMillis: number
  /** A path that the API may not have yet; the question is left out then. */
  readonly needs?: string
  readonly instance: (about: Choices) => Instance
}

/** What a question can choose from. */
export interface Choices {
  readonly random: () => number
  readonly ledger: Ledger
  /** Words that a few events each have. */
  readonly rareWords: readonly string[]
}

/** A question with all its parameters but the range. */
export interface Instance {
  readonly path: 'search' | 'aggregate' | 'percentiles'
  readonly parameters: Readonly<Record<string, string>>
  readonly expected: Expected
}

/** What the answer must say, to be worked out from the ledger for the range that was asked about. */
export type Expected =
  /** These events, newest first. */
  | { readonly kind: 'rows'; readonly matches: Matches; readonly limit: number }
  | { readonly kind: 'total'; readonly matches: Matches }
  /** The event at this time and no other, if the range holds it. */
  | { readonly kind: 'event'; readonly micros: number }
  /** Counts by value in all and in each bucket. */
  | {
      readonly kind: 'groups'
      readonly matches: Matches
      readonly key: (event: GeneratedEvent) => string
      /** How many values the answer may name. */
      readonly limit: number
    }
  /** A percentile of a number, by the nearest rank, for the values with most numbers. */
  | {
      readonly kind: 'percentile'
      readonly matches: Matches
      readonly key: (event: GeneratedEvent) => string
      readonly number: (event: GeneratedEvent) => number
      /** A whole number. */
      readonly percent: number
      readonly limit: number
    }

/** What the server says it looked at. */
export interface Read {
  readonly rows: number
  readonly bytes: number
  readonly segments: number
}

/** An answer as it came, to be checked when nothing is timed. */
export interface Asked {
  readonly instance: Instance
  readonly range: Range
  /** Microseconds of the monotonic clock. */
  readonly at: number
  readonly millis: number
  /** What the server says it took. */
  readonly tookMillis: number
  /** Undefined where it does not say. */
  readonly read: Read | undefined
  readonly answer: unknown
}
