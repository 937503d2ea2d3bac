import { setTimeout as pause } from 'node:timers/promises'
import { seededRandom } from '../generator/random.ts'
import type { Load } from '../generator/workload.ts'
import { requireRoom } from '../measure/disk.ts'
import { median, percentile } from '../measure/percentiles.ts'
import { settled } from '../measure/settled.ts'
import { Subject } from '../measure/subject.ts'
import { isoFromMicros, someRange } from '../questions/ranges.ts'
import { type Row, whole } from '../report/table.ts'
import { type FirstVisit, firstVisit, launchBrowser, MeasuredPage } from '../web/measured-page.ts'
import type { MainThread } from '../web/trace.ts'
import { changeRange, scrollRows, seekToMiddle, typeQuery, watchLongTasks } from '../web/visit.ts'
import type { Bench, Outcome } from './bench.ts'
import { Filled } from './filled.ts'

export interface WebPlan {
  readonly fill: Load
  readonly events: number
  /** Rows that are scrolled over, at most all. */
  readonly scrolledEvents: number
  readonly scrollSeconds: number
  /** First visits, and changes of the range. */
  readonly repeats: number
  /** What arrives while the page follows. */
  readonly tail: Load
}

const HEAP_MILLIS = 15_000

/** The page in a browser, as built for production, over a store with many events. */
export async function web(plan: WebPlan, { cleaner, say }: Bench): Promise<Outcome> {
  requireRoom(plan.events)
  await using subject = await Subject.start(cleaner)
  using filled = new Filled(subject)
  say(`filling up to ${whole(plan.events)} events`)
  await filled.fillInParts(plan.fill, plan.events, 1)
  say('waiting for merges')
  await settled(subject)
  await using browser = await launchBrowser()
  const span = filled.ledger.span()
  const urlOf = (range: { from: number; to: number }) =>
    `${subject.webUrl}/?${new URLSearchParams({ from: isoFromMicros(range.from), to: isoFromMicros(range.to) })}`

  say('first visits')
  const visits: FirstVisit[] = []
  for (let visit = 0; visit < plan.repeats; visit++) visits.push(await firstVisit(browser, urlOf(span)))

  say('typing, scrolling, changing the range')
  const share = Math.min(1, plan.scrolledEvents / filled.ledger.events)
  const scrolled = { from: span.to - (span.to - span.from) * share, to: span.to }
  const scrolling = await scrolledPage(await MeasuredPage.open(browser, urlOf(scrolled)), plan.scrollSeconds)
  const ranges = await changedRanges(await MeasuredPage.open(browser, urlOf(span)), span, plan.repeats)

  say('following what arrives')
  const tail = await followed(await MeasuredPage.open(browser, `${subject.webUrl}/?live=true`), () =>
    filled.run(plan.tail, false),
  )
  return {
    sections: [
      {
        title: `The page over ${whole(filled.ledger.events)} events`,
        rows: [
          ...firstVisitRows(visits),
          ...scrolling,
          row(
            `new range -> first rows`,
            ranges,
            200,
            `${ranges.length} ranges; goal for each of them`,
            Math.max,
          ),
          ...tail,
        ],
      },
    ],
    problems: filled.problems,
  }
}

async function scrolledPage(measured: MeasuredPage, seconds: number): Promise<Row[]> {
  await using page = measured
  await page.page.locator('[role="row"]').first().waitFor()
  const typing = await typeQuery(page)
  await page.page.keyboard.press('Escape')
  const heapBefore = await page.heapBytes()
  const scrolling = await scrollRows(page, seconds)
  const seekMillis = await seekToMiddle(page)
  const heapAfter = await page.heapBytes()
  return [
    taskRow('longest task while a query is typed', typing, 16),
    {
      figure: 'script, style and layout per frame while scrolling',
      measured: `p95 ${percentile(scrolling.frames, 0.95).toFixed(1)} ms`,
      goal: '8 ms',
      met: percentile(scrolling.frames, 0.95) < 8,
      note: `${whole(scrolling.frames.length)} frames, the longest ${Math.max(...scrolling.frames).toFixed(1)} ms`,
    },
    taskRow('longest task while scrolling', scrolling, 50),
    heapRow('heap, before scrolling -> after', heapBefore, heapAfter),
    {
      figure: 'scroll bar to the middle -> rows',
      measured: `${whole(seekMillis)} ms`,
      goal: '',
      met: undefined,
    },
  ]
}

async function changedRanges(
  measured: MeasuredPage,
  span: { from: number; to: number },
  times: number,
): Promise<number[]> {
  await using page = measured
  await page.page.locator('[role="row"]').first().waitFor()
  const random = seededRandom(2)
  const millis: number[] = []
  for (let time = 0; time < times; time++) {
    const { from, to } = someRange(span, random)
    millis.push(await changeRange(page, { from: isoFromMicros(from), to: isoFromMicros(to) }))
  }
  return millis
}

/** The page follows while events arrive; its heap is looked at again and again. */
async function followed(measured: MeasuredPage, arrive: () => Promise<unknown>): Promise<Row[]> {
  await using page = measured
  const longTasks = await watchLongTasks(page)
  const heaps: number[] = []
  let arriving = true
  const running = arrive().finally(() => {
    arriving = false
  })
  // What fails of it is thrown where it is waited for.
  running.catch(() => undefined)
  while (arriving) {
    await Promise.race([running, pause(HEAP_MILLIS)])
    heaps.push(await page.heapBytes())
  }
  await running
  const tasks = await longTasks()
  const third = Math.max(1, Math.floor(heaps.length / 3))
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  return [
    {
      figure: 'tasks over 50 ms while following',
      measured: whole(tasks.length),
      goal: '0',
      met: tasks.length === 0,
      note: tasks.length === 0 ? '' : `the longest ${whole(Math.max(...tasks))} ms`,
    },
    heapRow(
      'heap while following, first third -> last',
      mean(heaps.slice(0, third)),
      mean(heaps.slice(-third)),
    ),
  ]
}

function firstVisitRows(visits: readonly FirstVisit[]): Row[] {
  const bytes = Math.max(...visits.map(({ scriptBytes }) => scriptBytes))
  return [
    row(
      'first view interactive',
      visits.map(({ interactiveMillis }) => interactiveMillis),
      1_000,
      'with nothing in the cache',
    ),
    row(
      'first view with rows',
      visits.map(({ rowsMillis }) => rowsMillis),
      undefined,
      '',
    ),
    {
      figure: 'compressed script before it is interactive',
      measured: `${whole(bytes / 1_000)} kB`,
      goal: '300 kB',
      met: bytes < 300_000,
      note: 'each script as gzip makes it',
    },
  ]
}

/** @param decides what is held against the goal: the median, or the worst */
function row(
  figure: string,
  millis: readonly number[],
  goal: number | undefined,
  note: string,
  decides: (...values: number[]) => number = (...values) => median(values),
): Row {
  const base = {
    figure,
    measured: `median ${whole(median(millis))} ms, worst ${whole(Math.max(...millis))} ms`,
    note,
  }
  return goal === undefined
    ? { ...base, goal: '', met: undefined }
    : { ...base, goal: `${whole(goal)} ms`, met: decides(...millis) < goal }
}

function taskRow(figure: string, { tasks }: MainThread, goal: number): Row {
  const longest = Math.max(...tasks)
  return {
    figure,
    measured: `${longest.toFixed(1)} ms`,
    goal: `${goal} ms`,
    met: longest < goal,
    note: `${whole(tasks.length)} tasks, p99 ${percentile(tasks, 0.99).toFixed(1)} ms, ${tasks.filter((task) => task >= goal).length} over the goal`,
  }
}

/** Flat is within a tenth. */
function heapRow(figure: string, before: number, after: number): Row {
  return {
    figure,
    measured: `${(before / 1e6).toFixed(1)} -> ${(after / 1e6).toFixed(1)} MB`,
    goal: 'flat',
    met: after < before * 1.1,
  }
}
