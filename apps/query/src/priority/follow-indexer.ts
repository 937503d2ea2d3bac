import type { InternalClient } from '@heartwood/runtime'
import { z } from 'zod'
import { AT_START, nextShare } from './questions-at-once.ts'

const LOOK_MILLIS = 500
const PATIENCE_MILLIS = 2_000

const IndexerStatus = z.object({ lag_ms: z.number() })

export interface FollowedIndexer extends Disposable {
  /** How many questions may read files at the same time by now. */
  atOnce(): number
}

/**
 * Asks the indexer now and then how far it is behind, until it is disposed of. One that does not answer holds nobody up: it
 * may be starting, or not be there.
 */
export function followIndexer(indexer: InternalClient, clock: () => number): FollowedIndexer {
  let share = AT_START
  let looking = false
  const look = async () => {
    if (looking) return
    looking = true
    const lag = await lagMillis(indexer)
    share = nextShare(share, lag, clock())
    looking = false
  }
  const timer = setInterval(() => void look(), LOOK_MILLIS).unref()
  return { atOnce: () => share.atOnce, [Symbol.dispose]: () => clearInterval(timer) }
}

async function lagMillis(indexer: InternalClient): Promise<number> {
  try {
    const response = await indexer.call('/internal/status', { signal: AbortSignal.timeout(PATIENCE_MILLIS) })
    return IndexerStatus.parse(await response.json()).lag_ms
  } catch {
    return 0
  }
}
