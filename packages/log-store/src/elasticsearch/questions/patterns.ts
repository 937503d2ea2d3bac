import type { Level, LogEvent, Nanos } from '@heartwood/event'
import { type Clause, messageShape } from '@heartwood/query-lang'
import { compareText } from '../../compare-text.ts'
import { floorTo } from '../../floor-to.ts'
import type { Patterns, PatternsRequest } from '../../port.ts'
import type { Asking } from './asking.ts'
import { countMatches } from './counts.ts'
import { candidates, type EventPlan } from './event-plan.ts'
import { eachMatch } from './event-scan.ts'

/** Matching messages by shape: of all matches, or of a sample that Elasticsearch draws. */
export async function patternsOf(
  asking: Asking,
  plan: EventPlan,
  request: PatternsRequest,
): Promise<Patterns> {
  const { limit, interval, events: most } = request
  const matched = await countMatches(asking, plan, request)
  const shapes = new Map<string, ShapeCounts>()
  let looked = 0
  const where = matched <= most ? candidates(plan) : sampled(candidates(plan), most / matched)
  for await (const events of matched === 0 ? [] : eachMatch(asking, plan, where)) {
    looked += events.length
    for (const event of events) {
      const shape = messageShape(event.message)
      const counts = shapes.get(shape) ?? new ShapeCounts()
      shapes.set(shape, counts)
      counts.add(event, interval)
    }
  }
  return {
    matched,
    looked,
    shapes: shapes.size,
    patterns: [...shapes]
      .map(([shape, counts]) => ({ shape, ...counts.finish() }))
      .sort((a, b) => b.count - a.count || compareText(a.shape, b.shape))
      .slice(0, limit),
  }
}

/** Each event with the same likelihood, and the same ones when it is asked again. */
function sampled(query: Clause, share: number): object {
  return {
    function_score: {
      query,
      random_score: { seed: 1, field: '_seq_no' },
      boost_mode: 'replace',
      min_score: 1 - share,
    },
  }
}

class ShapeCounts {
  #count = 0
  #first: Nanos | undefined
  #last: Nanos | undefined
  readonly #levels: Partial<Record<Level, number>> = {}
  readonly #buckets = new Map<Nanos, number>()

  add({ timestamp, level }: LogEvent, interval: Nanos): void {
    this.#count++
    this.#levels[level] = (this.#levels[level] ?? 0) + 1
    if (this.#first === undefined || timestamp < this.#first) this.#first = timestamp
    if (this.#last === undefined || timestamp > this.#last) this.#last = timestamp
    const start = floorTo(timestamp, interval)
    this.#buckets.set(start, (this.#buckets.get(start) ?? 0) + 1)
  }

  finish() {
    return {
      count: this.#count,
      levels: this.#levels,
      first: this.#first ?? 0n,
      last: this.#last ?? 0n,
      buckets: [...this.#buckets]
        .map(([start, count]) => ({ start, count }))
        .sort((a, b) => (a.start < b.start ? -1 : 1)),
    }
  }
}
