import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { type EventBatch, millisFromNanos, type Nanos } from '@heartwood/event'
import { compileBatchPredicate, parse, print } from '@heartwood/query-lang'
import { z } from 'zod'
import type { DeleteRequest } from '../../port.ts'
import { askPatiently, type Patience } from './patient-asking.ts'

const Int64 = z.string().transform((text) => BigInt(text))
const Stored = z.object({
  query: z.string(),
  from: Int64,
  to: Int64,
  accepted_before: Int64,
  at: Int64,
})
const Answer = z.object({
  hits: z.object({ hits: z.array(z.object({ _id: z.string(), _source: z.object({ tombstone: Stored }) })) }),
})

/** A delete that what is written later has to respect. */
export interface Tombstone {
  readonly id: string
  /** The rows of a batch that it covers. */
  readonly covers: (events: EventBatch) => number[]
}

/** A list is taken for what is known for so long; what came meanwhile is seen to when the events are stored. */
const FRESH_MILLIS = 1_000
/** Between two readings at least: many writes share one. */
const PACE_MILLIS = 20
/** The newest, so many at most: a delete is rare, and each is asked about every event. */
const MAX_TOMBSTONES = 10_000

/**
 * The deletes of all writers, as documents. Writers read them before they store events, which leaves out what they cover,
 * and again when the events are stored: a delete that came meanwhile has not seen these, so they are removed then.
 */
export class Tombstones {
  readonly #patience: Patience
  readonly #index: string
  #known: readonly Tombstone[] = []
  #readAt = Number.NEGATIVE_INFINITY
  #reading: Promise<void> | undefined
  #next: Promise<void> | undefined

  constructor(patience: Patience, index: string) {
    this.#patience = patience
    this.#index = index
  }

  /** Those there were a moment ago, or are now. */
  async recent(): Promise<readonly Tombstone[]> {
    if (performance.now() - this.#readAt > FRESH_MILLIS) return this.current()
    return this.#known
  }

  /** All that were there when it was called. */
  async current(): Promise<readonly Tombstone[]> {
    // One that is being read may have been looked for too early.
    this.#next ??=
      this.#reading === undefined ? this.#read() : this.#reading.catch(() => {}).then(() => this.#read())
    await this.#next
    return this.#known
  }

  /** Resolves when every reading from now on has it. */
  async add(patience: Patience, { query, range, acceptedBefore }: DeleteRequest, at: Nanos): Promise<void> {
    const tombstone = {
      query: print(query),
      from: String(range.from),
      to: String(range.to),
      accepted_before: String(acceptedBefore),
      at: String(at),
    }
    await askPatiently(patience, {
      method: 'PUT',
      path: `/${encodeURIComponent(this.#index)}/_doc/${randomUUID()}`,
      query: { refresh: true },
      body: { at: millisFromNanos(at), tombstone },
    })
  }

  /** Forgets those that nothing can come any more which they cover. */
  async forget(before: Nanos): Promise<void> {
    await askPatiently(this.#patience, {
      method: 'POST',
      path: `/${encodeURIComponent(this.#index)}/_delete_by_query`,
      query: { conflicts: 'proceed' },
      body: { query: { range: { at: { lt: millisFromNanos(before) } } } },
    })
  }

  #read(): Promise<void> {
    const reading = this.#readPaced()
    this.#reading = reading
    return reading
  }

  async #readPaced(): Promise<void> {
    await pause(Math.max(0, this.#readAt + PACE_MILLIS - performance.now()))
    // Whoever asks from here on may come too late for this one.
    this.#next = undefined
    const started = performance.now()
    const answer = await askPatiently(this.#patience, {
      method: 'POST',
      path: `/${encodeURIComponent(this.#index)}/_search`,
      // Of an index that is away nobody knows what is in it.
      query: {
        allow_partial_search_results: false,
        filter_path: 'hits.hits._id,hits.hits._source,hits.total',
      },
      body: { size: MAX_TOMBSTONES, sort: [{ at: 'desc' }], query: { match_all: {} } },
    })
    const { hits } = Answer.parse({ hits: { hits: [], ...hitsOf(answer) } }).hits
    const before = new Map(this.#known.map((tombstone) => [tombstone.id, tombstone]))
    this.#known = hits.map(({ _id, _source }) => before.get(_id) ?? tombstoneOf(_id, _source.tombstone))
    this.#readAt = started
  }
}

/** Without matches `filter_path` leaves nothing. */
function hitsOf(answer: unknown): object {
  const parsed = z.object({ hits: z.looseObject({}).optional() }).parse(answer)
  return parsed.hits ?? {}
}

function tombstoneOf(id: string, stored: z.output<typeof Stored>): Tombstone {
  const select = compileBatchPredicate(parse(stored.query).query, stored.at)
  return {
    id,
    covers: (events) =>
      Array.from(select(events)).filter((row) => {
        const [time, observed] = [events.timestamp[row] ?? 0n, events.observed_at[row] ?? 0n]
        return observed <= stored.accepted_before && time >= stored.from && time < stored.to
      }),
  }
}

/** The rows of a batch that none of them covers, and those that one does. */
export function splitRows(
  events: EventBatch,
  tombstones: readonly Tombstone[],
): { readonly kept: readonly number[]; readonly covered: readonly number[] } {
  const covered = new Set(tombstones.flatMap(({ covers }) => covers(events)))
  const rows = [...Array(events.length).keys()]
  if (covered.size === 0) return { kept: rows, covered: [] }
  return { kept: rows.filter((row) => !covered.has(row)), covered: [...covered].sort((a, b) => a - b) }
}
