import type { LogJson } from '@heartwood/api'
import { SeenIds } from './seen-ids.ts'
import { logItem, markItem, type TailItem, type TailMark } from './tail-item.ts'
import { type RingLimits, TailRing } from './tail-ring.ts'
import { type TailView, tailView } from './tail-view.ts'

/** What a page keeps: more cannot be read, and the search finds them all. */
export const TAIL_LIMITS: RingLimits = { items: 3_000, weight: 24_000_000 }
/** Half a minute of the most that a page asks for. */
const SEEN_IDS = 15_000

/** What waits while the tail is paused, of what may be shown. */
const WAITING_SHARE = 0.75

/** What the lines came to: shown, waiting and skipped are together what matched. */
export interface TailCounts {
  readonly matched: number
  readonly shown: number
  /** Came while paused, and wait to be shown. */
  readonly waiting: number
  /** Never shown here: those the server did not send, and those that came while paused and were not kept. */
  readonly skipped: number
}

/** What a search found that stands below a tail. */
export interface FoundBelow {
  /** Newest first. */
  readonly logs: readonly LogJson[]
  /** These are all; else they are the newest, and what came before any of them is found further down. */
  readonly all: boolean
}

const NOTHING_FOUND: FoundBelow = { logs: [], all: false }

/**
 * The rows of a live tail: those that are shown, and those that wait while it is paused. Every line is there once,
 * however often it is sent; where lines may be missing there is a mark.
 */
export class TailRows {
  readonly #shown: TailRing<TailItem>
  readonly #waiting: TailRing<TailItem>
  readonly #seen = new SeenIds(SEEN_IDS)
  #below: FoundBelow = NOTHING_FOUND
  #found: ReadonlySet<string> = new Set()
  #marks = 0
  #paused = false
  #unkept: { lines: number; from: number; to: number } | undefined
  #received = 0
  #skippedByServer = 0
  #skippedOfStream = 0
  #skippedHere = 0
  #letGo = 0
  #cleared = false
  #before = 0
  #waitingLines = 0

  constructor(limits: RingLimits = TAIL_LIMITS) {
    this.#shown = new TailRing(limits)
    // Fewer, so that the mark of what was not kept has its place below them once they are shown.
    this.#waiting = new TailRing({
      items: Math.ceil(limits.items * WAITING_SHARE),
      weight: Math.ceil(limits.weight * WAITING_SHARE),
    })
  }

  get paused(): boolean {
    return this.#paused
  }

  /** All lines that ever matched, whatever was cleared. */
  get total(): number {
    return this.#before + this.#received + this.#skippedByServer
  }

  /** Lines in the order they arrived, oldest first. */
  arrived(logs: readonly LogJson[]): void {
    for (const log of logs) {
      if (!this.#seen.add(log.id)) continue
      this.#received++
      if (!this.#found.has(log.id)) this.#add(logItem(log))
    }
  }

  /** A stream begins, which counts from 0. */
  connected(): void {
    this.#skippedOfStream = 0
  }

  /** What the server has skipped in this stream so far. */
  skippedByServer(ofStream: number): void {
    this.#skippedByServer += Math.max(0, ofStream - this.#skippedOfStream)
    this.#skippedOfStream = ofStream
  }

  /** Nobody listened in this time, epoch milliseconds. Two such times without a line between them are one mark. */
  lost(from: number, to: number): void {
    const ring = this.#paused ? this.#waiting : this.#shown
    const newest = ring.at(ring.newest)
    const last = newest?.kind === 'mark' ? newest.mark : undefined
    const before = last?.kind === 'lost' && !last.searched ? last : undefined
    const mark: TailMark = {
      kind: 'lost',
      id: this.#markId(),
      from: before?.from ?? from,
      to,
      searched: false,
    }
    if (before === undefined) this.#add(markItem(mark))
    else ring.replace([...ring.items().slice(0, -1), markItem(mark)])
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    if (!this.#paused) return
    this.#paused = false
    if (this.#unkept !== undefined)
      this.#add(markItem({ kind: 'unkept', id: this.#markId(), ...this.#unkept }))
    for (const item of this.#waiting.items()) this.#add(item)
    this.#unkept = undefined
    this.#waiting.replace([])
    this.#waitingLines = 0
  }

  /** Empties the list, also of what was found, until `showFound`. Counts begin anew; what was sent before stays known. */
  clear(): void {
    this.#before = this.total
    this.#shown.replace([])
    this.#waiting.replace([])
    this.#waitingLines = 0
    this.#unkept = undefined
    this.#received = 0
    this.#skippedByServer = 0
    this.#skippedHere = 0
    this.#letGo = 0
    this.#found = new Set()
    this.#cleared = true
  }

  /** The search has been asked again: what it found stands below the tail, and is no part of it any more. */
  foundBelow(found: FoundBelow): void {
    this.#below = found
    if (!this.#cleared) this.#joinFound()
  }

  /** Shows what was found again, if it was cleared away. */
  showFound(): void {
    if (!this.#cleared) return
    this.#cleared = false
    this.#joinFound()
  }

  counts(): TailCounts {
    const waiting = this.#waitingLines
    const skipped = this.#skippedByServer + this.#skippedHere
    const matched = this.#received + this.#skippedByServer
    return { matched, waiting, skipped, shown: matched - waiting - skipped }
  }

  /** The rows as they are now. */
  view(): TailView {
    return tailView(this.#shown, {
      paused: this.#paused,
      counts: this.counts(),
      isJoined: this.#letGo === 0 && !this.#cleared,
      letGo: this.#letGo,
    })
  }

  #joinFound(): void {
    const { logs, all } = this.#below
    this.#found = new Set(logs.map(({ id }) => id))
    const items = this.#shown.items()
    const oldestFound = items.findIndex(({ id }) => this.#found.has(id))
    const from = all || oldestFound < 0 ? 0 : oldestFound
    const isAbove = ({ id }: TailItem) => !this.#found.has(id)
    const isJoined = all || oldestFound >= 0 || this.#letGo === 0
    this.#shown.replace([
      ...(isJoined ? searchedMarks(items) : items.filter(({ kind }) => kind === 'mark')),
      ...items.slice(from).filter((item) => item.kind === 'log' && isAbove(item)),
    ])
    const waiting = this.#waiting.items().filter(isAbove)
    this.#waiting.replace(waiting)
    this.#waitingLines = waiting.filter(({ kind }) => kind === 'log').length
    if (isJoined) this.#letGo = 0
  }

  #add(item: TailItem): void {
    if (!this.#paused) {
      this.#letGo += this.#shown.push(item).length
      return
    }
    if (item.kind === 'log') this.#waitingLines++
    for (const gone of this.#waiting.push(item)) this.#notKept(gone)
  }

  #notKept(item: TailItem): void {
    const { from, to } = timesOf(item)
    const lines = item.kind === 'log' ? 1 : 0
    this.#skippedHere += lines
    this.#waitingLines -= lines
    this.#unkept = {
      lines: (this.#unkept?.lines ?? 0) + lines,
      from: Math.min(this.#unkept?.from ?? from, from),
      to: Math.max(this.#unkept?.to ?? to, to),
    }
  }

  /** No event has such an id. */
  #markId(): string {
    return `\u0001${this.#marks++}`
  }
}

/** Where the tail was lost, now that a search has found what came meanwhile; a search before has seen the others. */
function searchedMarks(items: readonly TailItem[]): TailItem[] {
  return items.flatMap((item) =>
    item.kind === 'mark' && item.mark.kind === 'lost' && !item.mark.searched
      ? [markItem({ ...item.mark, searched: true })]
      : [],
  )
}

function timesOf(item: TailItem): { from: number; to: number } {
  if (item.kind === 'mark') return item.mark
  const at = Date.parse(item.log['@timestamp'])
  return { from: at, to: at }
}
