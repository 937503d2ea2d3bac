const FIRST_MS = 250
const LONGEST_MS = 30_000
/** After this long without a crash the next one counts as the first again. */
const HEALTHY_MS = 60_000

/** How long to wait before starting a crashed app again: 0.25 s, doubled at each crash in a row, at most 30 s. */
export interface Backoff {
  /** Call at each crash with how long the app had run, milliseconds; answers the pause, milliseconds. */
  next(ranMs: number): number
}

export function backoff(): Backoff {
  let inARow = 0
  return {
    next(ranMs) {
      if (ranMs >= HEALTHY_MS) inARow = 0
      const pause = Math.min(FIRST_MS * 2 ** inARow, LONGEST_MS)
      inARow++
      return pause
    },
  }
}
