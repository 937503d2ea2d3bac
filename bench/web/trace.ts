import { z } from 'zod'

/** An event of a trace as Chromium writes it (the Trace Event Format); times in microseconds. */
const TraceEvent = z.looseObject({
  name: z.string(),
  ph: z.string(),
  pid: z.number(),
  tid: z.number(),
  ts: z.number(),
  dur: z.number().optional(),
  args: z.looseObject({ name: z.unknown() }).partial().optional(),
})
type TraceEvent = z.infer<typeof TraceEvent>
const Trace = z.object({ traceEvents: z.array(TraceEvent) })

export const TRACE_CATEGORIES: readonly string[] = [
  'toplevel',
  'devtools.timeline',
  'disabled-by-default-devtools.timeline',
]

/** What the page's main thread did, milliseconds. */
export interface MainThread {
  /** How long each task took. */
  readonly tasks: readonly number[]
  /** Of each frame that was made: its script, style and layout. */
  readonly frames: readonly number[]
}

const TASKS: ReadonlySet<string> = new Set(['RunTask', 'ThreadControllerImpl::RunTask'])
const SCRIPT_AND_LAYOUT: ReadonlySet<string> = new Set([
  'EvaluateScript',
  'EventDispatch',
  'FireAnimationFrame',
  'FireIdleCallback',
  'FunctionCall',
  'Layout',
  'RunMicrotasks',
  'TimerFire',
  'UpdateLayoutTree',
])

/** Reads a trace of `browser.startTracing`. Throws where it has no page that did anything. */
export function mainThreadOf(trace: Buffer): MainThread {
  const { traceEvents } = Trace.parse(JSON.parse(trace.toString('utf8')))
  const events = ofBusiestPage(traceEvents)
  const tasks = outermost(events.filter(({ name }) => TASKS.has(name))).map(
    ([from, to]) => (to - from) / 1_000,
  )
  if (tasks.length === 0) throw new Error('the trace has no task of a page')
  return { tasks, frames: frameTimes(events) }
}

/** Events of the thread that runs the page: of the threads called so, the one that was busiest. */
function ofBusiestPage(events: readonly TraceEvent[]): TraceEvent[] {
  const mains = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid}.${tid}`),
  )
  const threads = Map.groupBy(
    events.filter(({ pid, tid }) => mains.has(`${pid}.${tid}`)),
    ({ pid, tid }) => `${pid}.${tid}`,
  )
  const busy = (of: readonly TraceEvent[]) => of.reduce((sum, { dur = 0 }) => sum + dur, 0)
  return [...threads.values()].sort((a, b) => busy(b) - busy(a))[0] ?? []
}

/** Between two beginnings of a frame, how long script and layout took. */
function frameTimes(events: readonly TraceEvent[]): number[] {
  const begins = events
    .filter(({ name, ph }) => name === 'AnimationFrame' && ph === 'b')
    .map(({ ts }) => ts)
    .sort((a, b) => a - b)
  if (begins.length < 2) throw new Error('the trace has no frame of a page')
  const work = outermost(events.filter(({ name }) => SCRIPT_AND_LAYOUT.has(name)))
  let at = 0
  return begins.slice(0, -1).map((begin, index) => {
    const end = begins[index + 1] ?? begin
    while (at < work.length && (work[at]?.[1] ?? 0) <= begin) at++
    let micros = 0
    for (let next = at; next < work.length && (work[next]?.[0] ?? 0) < end; next++) {
      const [from, to] = work[next] ?? [0, 0]
      micros += Math.max(0, Math.min(to, end) - Math.max(from, begin))
    }
    return micros / 1_000
  })
}

/** The spans of events that lie in no other of them, in their order. */
function outermost(events: readonly TraceEvent[]): [from: number, to: number][] {
  const spans = events
    .filter(({ ph }) => ph === 'X')
    .map(({ ts, dur = 0 }): [number, number] => [ts, ts + dur])
    .sort(([a, aEnd], [b, bEnd]) => a - b || bEnd - aEnd)
  const outer: [number, number][] = []
  for (const span of spans) if (span[0] >= (outer.at(-1)?.[1] ?? -1)) outer.push(span)
  return outer
}
