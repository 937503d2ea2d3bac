import type { ApiError } from '../../../api/api-error.ts'
import { ArrivalRate } from './arrival-rate.ts'
import { FRESH_MILLIS, FreshRows } from './fresh-rows.ts'
import { Listening } from './listening.ts'
import { pacedFrames } from './paced-frames.ts'
import { type FoundBelow, TailRows } from './tail-rows.ts'
import { followTail } from './tail-stream.ts'
import type { TailView } from './tail-view.ts'

/** Lines a second the page asks for: nobody reads more, and the server counts the rest. */
export const PAGE_LINES_PER_SECOND = 500
/** Rows are put on the page this often: often enough to feel live, seldom enough to be read. */
const PACE_MILLIS = 150
/** Where a screen full of rows comes each time, nobody reads them all, and drawing them is the page's whole work. */
const FAST_PACE_MILLIS = 400
const SCREEN_ROWS = 25
/** Where more than this come in a second, marking the new ones would mark all. */
const MOST_MARKED_PER_SECOND = 25

export interface TailShown {
  readonly state: 'off' | 'connecting' | 'live' | 'lost'
  /** Why the tail ended for good. */
  readonly error: ApiError | undefined
  readonly view: TailView
  /** Lines a second that match; undefined while it is not known. */
  readonly rate: number | undefined
  /** How far the indexer is behind, milliseconds. */
  readonly lagMillis: number | undefined
  /** So many of the newest rows are to be marked as new. */
  readonly freshRows: number
}

export const NO_TAIL: TailShown = {
  state: 'off',
  error: undefined,
  view: new TailRows().view(),
  rate: undefined,
  lagMillis: undefined,
  freshRows: 0,
}

export interface TailSession {
  pause(): void
  resume(): void
  clear(): void
  foundBelow(found: FoundBelow): void
  showFound(): void
  close(): void
}

/** Follows a query and shows how it stands, at a pace that can be read, until it is closed. */
export function openTailSession(query: string, show: (shown: TailShown) => void): TailSession {
  const controller = new AbortController()
  const rows = new TailRows()
  const listening = new Listening()
  const rate = new ArrivalRate()
  const fresh = new FreshRows()
  fresh.startFrom(rows.view().newest)
  let facts: Pick<TailShown, 'state' | 'error' | 'lagMillis'> = {
    state: 'connecting',
    error: undefined,
    lagMillis: undefined,
  }
  let later: ReturnType<typeof setTimeout> | undefined

  let drawnRows = rows.view().newest
  const frames = pacedFrames(() => {
    const before = drawnRows
    draw()
    return drawnRows - before > SCREEN_ROWS ? FAST_PACE_MILLIS : PACE_MILLIS
  })
  function draw() {
    const view = rows.view()
    drawnRows = view.newest
    const arrived = fresh.show(view.newest, performance.now())
    const isMarked = !view.paused && (rate.perSecond() ?? 0) <= MOST_MARKED_PER_SECOND
    show({ ...facts, view, rate: rate.perSecond(), freshRows: isMarked ? arrived : 0 })
    clearTimeout(later)
    // What is new now is not new for long, also where nothing follows.
    if (arrived > 0) later = setTimeout(frames.ask, FRESH_MILLIS)
  }
  function change(next: Partial<typeof facts>) {
    facts = { ...facts, ...next }
    frames.ask()
  }
  function heard() {
    const at = Date.now()
    const gap = listening.heard(at)
    if (gap !== undefined) rows.lost(gap.from, gap.to)
  }
  /** A reader's own doing is seen at once. */
  function doAtOnce(act: () => void) {
    act()
    draw()
  }

  const parameters = new URLSearchParams({ query, per_second: String(PAGE_LINES_PER_SECOND) })
  void followTail(
    { url: `/api/v1/tail?${parameters}`, signal: controller.signal },
    {
      onConnected() {
        heard()
        rows.connected()
        change({ state: 'live' })
      },
      onLogs(logs) {
        heard()
        rows.arrived(logs)
        change({ state: 'live' })
      },
      onStats(stats) {
        heard()
        rows.skippedByServer(stats.skipped)
        rate.sample(performance.now(), rows.total)
        change({ state: 'live', lagMillis: stats.lag_ms })
      },
      onGap() {
        listening.lost()
        change({ state: 'lost', lagMillis: undefined })
      },
      onRefused: (error) => change({ state: 'off', error }),
    },
  )
  return {
    pause: () => doAtOnce(() => rows.pause()),
    resume: () => doAtOnce(() => rows.resume()),
    clear: () =>
      doAtOnce(() => {
        rows.clear()
        fresh.startFrom(rows.view().newest)
      }),
    showFound: () => doAtOnce(() => rows.showFound()),
    foundBelow: (found) =>
      doAtOnce(() => {
        rows.foundBelow(found)
        fresh.startFrom(rows.view().newest)
      }),
    close() {
      controller.abort()
      frames.close()
      clearTimeout(later)
    },
  }
}
