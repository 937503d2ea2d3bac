export interface TailLimits {
  /** Events that may wait for a client that reads slowly. */
  readonly ring: number
  /** Events a second that are prepared for one client; nobody reads more, and the indexer has other work. */
  readonly perSecond: number
}

export const TAIL_LIMITS: TailLimits = { ring: 2_000, perSecond: 10_000 }
