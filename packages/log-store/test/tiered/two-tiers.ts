import { isDeepStrictEqual } from 'node:util'
import { type EventDraft, NANOS_PER_DAY, type Nanos } from '@heartwood/event'
import { memoryObjects } from '@heartwood/object-store'
import { ColdCommitter, ColdManifest, coverageKeeper } from '../../src/cold/index.ts'
import { batchOf, EVER, query } from '../../src/contract/store-under-test.ts'
import {
  type Coverage,
  type CoverageKeeper,
  coverageOf,
  memoryLogStore,
  type Restoring,
  type Retiring,
  restoreDays,
  retireDays,
  TieredReader,
} from '../../src/index.ts'

export const DAY = NANOS_PER_DAY
export const HOT_DAYS = 2

/** Wraps what a process uses, so that it can be watched and killed between any two of its calls. */
export type Watch = <T extends object>(parts: T) => T

/**
 * A hot and a cold store in memory and the manifest of an archive in a memory object store, with a clock of their own.
 * Readers may know a coverage that has changed until `readersLeave` has resolved once.
 */
export class TwoTiers {
  readonly hot = memoryLogStore()
  readonly cold = memoryLogStore()
  readonly keeper: CoverageKeeper
  now: Nanos
  #known: Coverage[] = []

  constructor(now: Nanos) {
    this.now = now
    const objects = memoryObjects()
    const manifest = new ColdManifest({ objects, clock: () => 0 })
    let names = 0
    const newName = () => `commit-${++names}`
    const committer = new ColdCommitter({ objects, manifest, now: () => this.now, newName })
    this.keeper = coverageKeeper(manifest, committer, (task) => task(1n))
  }

  async write(drafts: readonly EventDraft[], tiers: readonly ('hot' | 'cold')[] = ['hot', 'cold']) {
    const settle = () => ({ deadLetters: [], receipts: [], replayed: [] })
    for (const tier of tiers)
      await this[tier].openIdempotentWriter().write({ events: batchOf(drafts), settle })
  }

  retire(watch: Watch = (parts) => parts) {
    return retireDays(
      this.#watched(watch, {
        hotDays: HOT_DAYS,
        readersLeave: async () => {
          this.#known = []
        },
      }),
    )
  }

  restore(day: Nanos, until: Nanos, watch: Watch = (parts) => parts) {
    const restoring = this.#watched(watch, {
      writer: watch(this.hot.openIdempotentWriter()),
      pause: async () => {},
      signal: new AbortController().signal,
      onProgress: () => {},
    })
    return restoreDays(restoring, { range: { from: day, to: day + DAY }, until })
  }

  #watched<More extends Partial<Restoring & Retiring>>(watch: Watch, more: More) {
    return {
      readers: { hot: watch(this.hot.openReader()), cold: watch(this.cold.openReader()) },
      days: watch(this.hot.openHotDays()),
      coverage: watch(this.keeper),
      now: () => this.now,
      ...watch(more),
    }
  }

  /** The ids that are found with the coverage of now, and with each that a reader may still know. */
  async seen(): Promise<string[][]> {
    const now = coverageOf(await this.keeper.read())
    if (!isDeepStrictEqual(now, this.#known.at(-1))) this.#known.push(now)
    const readers = { hot: this.hot.openReader(), cold: this.cold.openReader() }
    return Promise.all(
      this.#known.map(async (coverage) => {
        const reader = new TieredReader(readers, async () => coverage)
        const { events } = await reader.search({ query: query('*'), range: EVER, limit: 10_000 })
        return events.map(({ id }) => id)
      }),
    )
  }

  async idsIn(tier: 'hot' | 'cold'): Promise<string[]> {
    const { events } = await this[tier].openReader().search({ query: query('*'), range: EVER, limit: 10_000 })
    return events.map(({ id }) => id)
  }
}

/** Calls `at` before and after each call of a method of what is watched; where `at` says so, nothing happens there any more. */
export function watching(at: () => Promise<'go on' | 'dead'>): Watch {
  return (parts) =>
    new Proxy(parts, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name)
        if (typeof member !== 'function') return member
        return async (...given: unknown[]) => {
          if ((await at()) === 'dead') return new Promise(() => {})
          const answer = await Reflect.apply(member, target, given)
          return (await at()) === 'dead' ? new Promise(() => {}) : answer
        }
      },
    })
}
