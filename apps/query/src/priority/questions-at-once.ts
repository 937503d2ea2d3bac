/** How many questions may read files at the same time, beside an indexer that needs the same processors. */
export interface Share {
  readonly atOnce: number
  /** Since when the indexer has kept up, milliseconds; undefined while it does not. */
  readonly keepsUpSince: number | undefined
}

/** Questions at once while the indexer keeps up, each with the threads of DuckDB, and while it is behind. */
const FULL = 2
const LOWERED = 1

export const AT_START: Share = { atOnce: FULL, keepsUpSince: undefined }

/** By then the indexer's own threads have had their normal priority for a while, and it was not enough. */
const BEHIND_MILLIS = 1_000
const KEEPS_UP_MILLIS = 300
/** A while, so that the indexer is not held up again by what is given back. */
const CALM_MILLIS = 5_000

/**
 * Threads by lag: where new logs wait longer than people notice, questions take turns at once; when they have not waited for a
 * while, all is as before. In between it stays as it is.
 * @param lagMillis age of the oldest batch that is not searchable yet
 */
export function nextShare(share: Share, lagMillis: number, now: number): Share {
  if (lagMillis > BEHIND_MILLIS) return { atOnce: LOWERED, keepsUpSince: undefined }
  if (lagMillis > KEEPS_UP_MILLIS) return { ...share, keepsUpSince: undefined }
  const keepsUpSince = share.keepsUpSince ?? now
  return { atOnce: now - keepsUpSince >= CALM_MILLIS ? FULL : share.atOnce, keepsUpSince }
}
