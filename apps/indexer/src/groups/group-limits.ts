const MIB = 1 << 20

/** When the events gathered of a partition are sealed: written as one durable segment and committed. */
export interface GroupLimits {
  readonly rows: number
  /** Inflated bytes of the bodies. */
  readonly bytes: number
  /** Rows times keys: a column has room for every row, so this is what a group takes of memory. */
  readonly cells: number
  /** How long the first record may wait for more. */
  readonly millis: number
  /** The same for the first dead letter, or the first replay of one: nobody sees the outcome before the commit. */
  readonly letterMillis: number
  /** How long rows may wait until they are shown. */
  readonly showMillis: number
}

export const GROUP_LIMITS: GroupLimits = {
  rows: 65_536,
  bytes: 32 * MIB,
  cells: 16_000_000,
  millis: 30_000,
  letterMillis: 1_000,
  showMillis: 150,
}

/** What the groups of all partitions of a thread hold together at most. */
export interface MemoryLimits {
  readonly rows: number
  /** By the estimate of `EventGroup.memory`. */
  readonly bytes: number
}

/** An equal part for each thread of what the process may hold. */
export function memoryLimits(threads: number): MemoryLimits {
  return { rows: Math.ceil(196_608 / threads), bytes: Math.ceil((128 * MIB) / threads) }
}
