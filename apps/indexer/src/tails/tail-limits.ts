export interface TailLimits {
  /** Events that may wait for a client that reads slowly. */
  readonly ring: number
  /** Events a second that are prepared for one client, which may ask for fewer; the indexer has other work. */
  readonly perSecond: number
}

export const TAIL_LIMITS: TailLimits = { ring: 2_000, perSecond: 10_000 }

/** Shares a second is given in, milliseconds. */
export const REFILL_MILLIS = 100
