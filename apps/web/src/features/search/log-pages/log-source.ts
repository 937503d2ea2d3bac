import type { Nanos } from '@heartwood/event'
import type { Page } from './place-page.ts'

export interface NanosRange {
  /** Inclusive. */
  readonly from: Nanos
  /** Exclusive. */
  readonly to: Nanos
}

/** Where the rows of one question come from; both ask the server, and stop when `signal` aborts. */
export interface LogSource {
  /** Events of a range, newest first, behind `cursor` where there is one. */
  page(
    asked: NanosRange & { readonly limit: number; readonly cursor?: string },
    signal: AbortSignal,
  ): Promise<Page & { readonly cursor: string | undefined }>
  /** How many events each part of a range holds, oldest first; parts begin at multiples of the interval. */
  counts(
    asked: NanosRange & { readonly intervalMillis: number },
    signal: AbortSignal,
  ): Promise<readonly { readonly start: Nanos; readonly count: number }[]>
}
