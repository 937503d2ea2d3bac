import { type TailGap, TailStats } from '@heartwood/api'
import { eventFrame } from '../rest/event-frame.ts'
import { type IndexerNews, indexerStream, type StreamPace } from './indexer-stream.ts'
import { JoinedSources } from './joined-sources.ts'
import { SeenEvents } from './seen-events.ts'
import { TailCounts } from './tail-counts.ts'
import type { Upstream } from './upstream.ts'

export interface TailPace extends StreamPace {
  /** How often is looked which indexers there are. */
  readonly lookMillis: number
}

/** An indexer, for one tail. */
export interface TailSource {
  /** Tells it from the others. */
  readonly key: string
  open(signal: AbortSignal): Promise<Upstream>
}

export interface TailSources {
  /** Those that there are by now. */
  readonly now: () => readonly TailSource[]
  /** Whether the same event may come from two of them. */
  readonly mayRepeat: boolean
}

/**
 * The server-sent events of one tail, from all indexers, those that come later too, until `signal` aborts or one ends the
 * tail with an error. What the client does not take stays with the indexers.
 * @param opened what the first try to open each of the present ones leads to
 */
export async function* tailFrames(
  opened: ReadonlyMap<string, Promise<Upstream>>,
  sources: TailSources,
  pace: TailPace,
  signal: AbortSignal,
): AsyncGenerator<string, void> {
  const joined = new JoinedSources<string, IndexerNews>()
  const leaving = new Map<string, AbortController>()
  const counts = new TailCounts<string>()
  /** Whose stream is gone, which has been said. */
  const lost = new Set<string>()
  const seen = sources.mayRepeat ? new SeenEvents() : undefined
  const add = (source: TailSource, first?: Promise<Upstream>): void => {
    const gone = new AbortController()
    leaving.set(source.key, gone)
    const either = AbortSignal.any([signal, gone.signal])
    const open = () => source.open(either)
    joined.add(source.key, indexerStream(first ?? open(), open, pace, either))
  }
  /** Follows those that joined and left; whether any joined. */
  const look = (): boolean => {
    const present = sources.now()
    for (const [key, gone] of leaving) if (!present.some((source) => source.key === key)) gone.abort()
    const fresh = present.filter(({ key }) => !leaving.has(key))
    for (const source of fresh) add(source)
    return fresh.length > 0
  }

  // Says at once that the stream is open, and how soon to come back after this app restarts.
  yield ': heartwood tail\nretry: 1000\n\n'
  for (const source of sources.now()) add(source, opened.get(source.key))
  if (joined.keys.length === 0) yield gap('no indexer is there')
  let lookAt = performance.now() + pace.lookMillis
  try {
    while (!signal.aborted) {
      if (performance.now() >= lookAt) {
        // It may have indexed before we heard of it.
        if (look()) yield gap('another indexer has joined')
        else if (joined.keys.length === 0) yield ': waiting for an indexer\n\n'
        lookAt = performance.now() + pace.lookMillis
      }
      const next = await joined.next(Math.max(0, lookAt - performance.now()), signal)
      if (next === undefined) continue
      if (next.done) {
        const isGone = leaving.get(next.key)?.signal.aborted ?? true
        if (next.error !== undefined && !isGone && !signal.aborted) throw next.error
        leaving.delete(next.key)
        counts.ended(next.key)
        if (!lost.delete(next.key) && !signal.aborted) yield gap('an indexer has left')
        continue
      }
      const news = next.value
      switch (news.kind) {
        case 'lost':
          counts.ended(next.key)
          lost.add(next.key)
          yield gap(news.reason)
          break
        case 'waiting':
          yield ': waiting for the indexer\n\n'
          break
        case 'silent':
          yield ': heartbeat\n\n'
          break
        case 'event': {
          lost.delete(next.key)
          const data = told(news, next.key)
          if (data !== undefined) yield eventFrame(news.event, data)
          if (news.event === 'error') return
        }
      }
    }
  } finally {
    for (const gone of leaving.values()) gone.abort()
    await joined.close()
  }

  /** What is told of an event of an indexer, if anything. */
  function told({ event, data }: Extract<IndexerNews, { kind: 'event' }>, key: string): string | undefined {
    if (event === 'stats') {
      const stats = TailStats.safeParse(parseJson(data))
      if (!stats.success) return data
      const total = counts.take(key, stats.data, joined.keys)
      return total && JSON.stringify(total)
    }
    if (event !== 'logs' || seen === undefined) return data
    const fresh = seen.fresh(data)
    counts.repeated(fresh.repeated)
    return fresh.data
  }
}

function gap(reason: string): string {
  return eventFrame('gap', JSON.stringify({ since: new Date().toISOString(), reason } satisfies TailGap))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
