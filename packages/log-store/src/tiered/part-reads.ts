import type { MissingPart, ReadProgress, ReadStats, Tier, TierRead, TimeRange } from '../port.ts'
import type { Coverage, Part } from './coverage.ts'

const NOTHING: ReadStats = { rows: 0, bytes: 0, segments: 0 }
const TIERS: readonly Tier[] = ['hot', 'cold']

/** What the parts of an answer were made from, added up. */
export class PartReads {
  readonly #parts: readonly Part[]
  readonly #reads = new Map<Part, ReadStats>()
  readonly #missing = new Map<Part, MissingPart>()
  readonly #unsure: readonly MissingPart[]

  constructor(parts: readonly Part[], { unsure }: Coverage) {
    this.#parts = parts
    const hot = parts.filter(({ tier }) => tier === 'hot')
    this.#unsure = (unsure?.ranges ?? []).flatMap((range) =>
      hot.flatMap((part): MissingPart[] => {
        const both = common(part.range, range)
        return both === undefined ? [] : [{ tier: 'hot', range: both, reason: unsure?.reason ?? '' }]
      }),
    )
  }

  read(part: Part, read: ReadStats): void {
    this.#reads.set(part, read)
  }

  lacks(part: Part, reason: string): void {
    this.#missing.set(part, { ...part, reason })
  }

  stats(): ReadStats {
    const reads = [...this.#reads.values()]
    const leftOut = sumOf(reads, ({ left_out = 0 }) => left_out)
    const lost = reads.flatMap(({ missing = [] }) => missing)
    const missing = [...this.#missing.values(), ...this.#unsure, ...lost].sort((a, b) =>
      a.range.from < b.range.from ? -1 : 1,
    )
    return {
      ...together(reads),
      ...(leftOut > 0 && { left_out: leftOut }),
      ...(this.#parts.some(({ tier }) => tier === 'cold') && { tiers: this.#tiers() }),
      ...(missing.length > 0 && { missing }),
    }
  }

  #tiers(): TierRead[] {
    return TIERS.flatMap((tier) => {
      const parts = this.#parts.filter((part) => part.tier === tier)
      const reads = parts.map((part) => this.#reads.get(part) ?? NOTHING)
      return parts.length === 0 ? [] : [{ tier, ranges: parts.map(({ range }) => range), ...together(reads) }]
    })
  }
}

/** How far the parts that have begun have got together; what there is to look at in the others is not known yet. */
export class PartProgress {
  readonly #latest = new Map<Part, ReadProgress>()

  progress(part: Part, latest: ReadProgress): ReadProgress {
    this.#latest.set(part, latest)
    const all = [...this.#latest.values()]
    const of = together(all.map((progress) => ({ ...NOTHING, ...progress.of })))
    return { ...together(all), of: { rows: of.rows, segments: of.segments } }
  }
}

/** The reads of several questions that make one answer, told as one. */
export class ReadSum {
  readonly #onRead: ((read: ReadStats) => void) | undefined
  readonly #reads: ReadStats[] = []

  constructor(onRead: ((read: ReadStats) => void) | undefined) {
    this.#onRead = onRead
  }

  /** What each of the questions is asked with. */
  get told(): { readonly onRead?: (read: ReadStats) => void } {
    return this.#onRead === undefined ? {} : { onRead: (read) => this.#reads.push(read) }
  }

  tell(): void {
    const last = this.#reads.at(-1)
    if (last === undefined) return
    const tiers = (last.tiers ?? []).map(({ tier, ranges }): TierRead => {
      const own = this.#reads.flatMap((read) => read.tiers ?? []).filter((read) => read.tier === tier)
      return { tier, ranges, ...together(own) }
    })
    const missing = new Map(
      this.#reads
        .flatMap((read) => read.missing ?? [])
        .map((part) => [`${part.tier} ${part.range.from} ${part.reason}`, part]),
    )
    const leftOut = Math.max(...this.#reads.map((read) => read.left_out ?? 0))
    this.#onRead?.({
      ...together(this.#reads),
      ...(leftOut > 0 && { left_out: leftOut }),
      ...(tiers.length > 0 && { tiers }),
      ...(missing.size > 0 && { missing: [...missing.values()] }),
    })
  }
}

function together(reads: readonly ReadStats[]): ReadStats {
  const isFetched = reads.some(({ fetched }) => fetched !== undefined)
  return {
    rows: sumOf(reads, ({ rows }) => rows),
    bytes: sumOf(reads, ({ bytes }) => bytes),
    segments: sumOf(reads, ({ segments }) => segments),
    ...(isFetched && { fetched: sumOf(reads, ({ fetched = 0 }) => fetched) }),
  }
}

function sumOf(reads: readonly ReadStats[], of: (read: ReadStats) => number): number {
  return reads.reduce((sum, read) => sum + of(read), 0)
}

function common(a: TimeRange, b: TimeRange): TimeRange | undefined {
  const from = a.from > b.from ? a.from : b.from
  const to = a.to < b.to ? a.to : b.to
  return from < to ? { from, to } : undefined
}
