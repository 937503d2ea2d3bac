import { type Answer, call, type Span, say } from '../trip.ts'

/** Go, logrus as logfmt. */
export function search(caller: Span, at: number, text: string): Answer {
  return call(caller.trip, 'search', at, 2_000, (span) => {
    const { random } = span.trip
    const end = span.at + random.duration(28)
    const hits = text === 'clok' ? 0 : random.whole(4, 180)
    const fields = { q: text, hits, took_ms: end - span.at, shard: `products-${random.whole(0, 3)}` }
    say(span, 'search', end, 'info', 'handler', 'search done', { fields })
    if (hits === 0) {
      const suggestion = { fields: { q: text, suggestion: 'clock' } }
      say(span, 'search', end, 'warn', 'handler', 'nothing found', suggestion)
    }
    return { end }
  })
}
