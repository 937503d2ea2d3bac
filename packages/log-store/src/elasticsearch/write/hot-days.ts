import { setTimeout as pause } from 'node:timers/promises'
import { NANOS_PER_DAY, NANOS_PER_SECOND, type Nanos } from '@heartwood/event'
import { ALL } from '@heartwood/query-lang'
import { z } from 'zod'
import type { HotDays } from '../../hot-days.ts'
import type { TimeRange } from '../../port.ts'
import { type ElasticsearchConnection, statusOf } from '../connection.ts'
import { eventIndices, isImported, spanOfIndex } from '../names.ts'
import { planOf } from '../questions/event-plan.ts'
import { Obstacles } from './obstacles.ts'
import { askPatiently, type Patience } from './patient-asking.ts'
import { refresh } from './sweep.ts'
import { letWrite, stopWrites, writeStopOf } from './write-stop.ts'

/** Longer than a look takes: whoever has stopped writes before that has died. */
const LOOK_NANOS = 120n * NANOS_PER_SECOND
const AGAIN_MILLIS = 5_000
const PATIENCE_MILLIS = 20_000

/** An index of imported events is written to for so long. */
const IMPORTING = 2n * NANOS_PER_DAY

type Keep = Parameters<HotDays['drop']>[0]

const Indices = z.array(z.object({ index: z.string() }))
const Count = z.object({ count: z.number() })

export interface HotDaysParts {
  readonly connection: ElasticsearchConnection
  readonly prefix: string
  readonly now: () => Nanos
  readonly random: () => number
  readonly signal: AbortSignal
}

/**
 * Days of a store in Elasticsearch, each of which is an index. What is older than a month when it comes in is in the index of
 * the day it was received: that one goes when nothing in it is to be kept.
 */
export class ElasticsearchHotDays implements HotDays {
  readonly #parts: HotDaysParts
  readonly #patience: Patience

  constructor(parts: HotDaysParts) {
    const { connection, random, signal } = parts
    this.#parts = parts
    this.#patience = { connection, random, signal, millis: PATIENCE_MILLIS, obstacles: new Obstacles() }
  }

  async withoutWrites<T>(range: TimeRange, look: () => Promise<T>): Promise<T | undefined> {
    const stopped: string[] = []
    try {
      for (const index of await this.#indices()) {
        if (!this.#canHold(index, range)) continue
        const { by } = await writeStopOf(this.#patience, index)
        // Its owner lets nothing in anyway.
        if (by === 'others') continue
        if (by === 'retention') return undefined
        stopped.push(index)
        if (!(await stopWrites(this.#patience, index, this.#parts.now()))) return undefined
      }
      await refresh(this.#patience, eventIndices(this.#parts.prefix))
      return await look()
    } finally {
      for (const index of stopped) await letWrite(this.#patience, index)
    }
  }

  async drop(keep: Keep): Promise<{ events: number }> {
    let events = 0
    for (const index of await this.#indices()) {
      events += await this.#dropOne(index, keep).catch((error: unknown) => {
        // Somebody else was faster.
        if (statusOf(error) === 404) return 0
        throw error
      })
    }
    return { events }
  }

  async #dropOne(index: string, keep: Keep): Promise<number> {
    if (!(await this.#isOutside(index, await keep(undefined)))) return 0
    const { by } = await writeStopOf(this.#patience, index)
    if (by === 'retention') return 0
    let isGone = false
    try {
      if (by === 'nobody' && !(await stopWrites(this.#patience, index, this.#parts.now()))) return 0
      await refresh(this.#patience, index)
      if (!(await this.#isOutside(index, await keep(this.#dayOf(index))))) return 0
      const events = await this.#count(index, {})
      await askPatiently(this.#patience, { method: 'DELETE', path: pathOf(index) })
      isGone = true
      return events
    } finally {
      if (by === 'nobody' && !isGone) await letWrite(this.#patience, index)
    }
  }

  async recover(): Promise<void> {
    for (const index of await this.#indices()) {
      for (;;) {
        const stop = await writeStopOf(this.#patience, index).catch((error: unknown) => {
          if (statusOf(error) !== 404) throw error
        })
        if (stop?.by !== 'retention') break
        if (this.#parts.now() - stop.at > LOOK_NANOS) await letWrite(this.#patience, index)
        else await pause(AGAIN_MILLIS, undefined, { signal: this.#parts.signal })
      }
    }
  }

  async hasOutside(ranges: readonly TimeRange[]): Promise<boolean> {
    for (const index of await this.#indices()) if (await this.#isOutside(index, ranges)) return true
    return false
  }

  /** The day on which all of an index happened. */
  #dayOf(index: string): TimeRange | undefined {
    const { prefix } = this.#parts
    return isImported(prefix, index) ? undefined : spanOfIndex(prefix, index)
  }

  /** Whether an index has nothing of the ranges, and will get nothing of them. */
  async #isOutside(index: string, ranges: readonly TimeRange[]): Promise<boolean> {
    const { prefix, now } = this.#parts
    const span = spanOfIndex(prefix, index)
    if (span === undefined) return false
    if (!isImported(prefix, index)) return !ranges.some(({ from, to }) => from < span.to && to > span.from)
    if (now() < span.to + IMPORTING) return false
    const clauses = ranges.map((range) => planOf({ query: ALL, range }, now()).range)
    return (await this.#count(index, { query: { bool: { should: clauses } } })) === 0
  }

  /** Whether an event that happened in the range can be in an index. */
  #canHold(index: string, { from, to }: TimeRange): boolean {
    const { prefix } = this.#parts
    const span = spanOfIndex(prefix, index)
    if (span === undefined) return false
    return isImported(prefix, index) || (from < span.to && to > span.from)
  }

  async #count(index: string, body: object): Promise<number> {
    return Count.parse(
      await askPatiently(this.#patience, { method: 'POST', path: `${pathOf(index)}/_count`, body }),
    ).count
  }

  async #indices(): Promise<string[]> {
    const answer = await askPatiently(this.#patience, {
      method: 'GET',
      path: `/_cat/indices/${encodeURIComponent(eventIndices(this.#parts.prefix))}`,
      query: { format: 'json', h: 'index' },
    })
    return Indices.parse(answer).map(({ index }) => index)
  }
}

function pathOf(index: string): string {
  return `/${encodeURIComponent(index)}`
}
