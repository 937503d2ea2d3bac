import { z } from 'zod'

const KEY = 'heartwood.query-history'
const MAX_KEPT = 100
/** Longer queries are not typed again. */
const MAX_LENGTH = 2_000

const Kept = z.array(z.string().min(1).max(MAX_LENGTH)).max(MAX_KEPT)

type KeyValueStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

/** The queries that were run in this browser, the latest first, each once. */
export function readHistory(storage: KeyValueStorage): readonly string[] {
  try {
    const parsed = Kept.safeParse(JSON.parse(storage.getItem(KEY) ?? '[]'))
    return parsed.success ? parsed.data : []
  } catch {
    return []
  }
}

/** The history with a query that was run; it moves to the front. */
export function withQuery(history: readonly string[], query: string): readonly string[] {
  const trimmed = query.trim()
  if (trimmed === '' || trimmed.length > MAX_LENGTH) return history
  return [trimmed, ...history.filter((each) => each !== trimmed)].slice(0, MAX_KEPT)
}

/** A browser that keeps nothing forgets it with the page. */
export function writeHistory(storage: KeyValueStorage, history: readonly string[]): void {
  try {
    if (history.length === 0) storage.removeItem(KEY)
    else storage.setItem(KEY, JSON.stringify(history))
  } catch {}
}

/** Queries that have all typed words in them, any case. */
export function historyMatching(history: readonly string[], typed: string): readonly string[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  return history.filter((query) => words.every((word) => query.toLowerCase().includes(word)))
}
