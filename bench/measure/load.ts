import { setTimeout as pause } from 'node:timers/promises'
import type { LoadGenerator } from '../generator/load-generator.ts'
import type { Pace, Report, Workload } from '../generator/workload.ts'
import type { Subject } from './subject.ts'
import { cpuBetween, machineBusySeconds, type ThreadKind, threadSeconds, usageByApp } from './usage.ts'

/** One run of a workload against a Heartwood, until its last event is searchable. */
export interface LoadResult {
  readonly workload: Workload
  readonly bytesPerEvent: number
  readonly report: Report
  /** Accepted, by the time of sending. */
  readonly acceptedPerSecond: number
  /** Accepted and indexed, by the time until the last was searchable. */
  readonly sustainedPerSecond: number
  readonly drainSeconds: number
  /** Microseconds of CPU per event by app, from the first request until the last event was searchable. */
  readonly cpuMicros: ReadonlyMap<string, number>
  readonly generatorMicros: number
  /** Microseconds per event by app and kind of thread. */
  readonly threadMicros: ReadonlyMap<string, ReadonlyMap<ThreadKind, number>>
  /** Cores that neither Heartwood nor the generator used: the rest of the machine was at work too. */
  readonly othersCores: number
  /** When the load ran, microseconds of the monotonic clock. */
  readonly window: { readonly from: number; readonly to: number }
  readonly problems: readonly string[]
}

const POLL_MILLIS = 200
/** An indexer that makes nothing searchable for so long has lost something. */
const STALLED_MILLIS = 60_000

export async function runLoad(
  subject: Subject,
  generator: LoadGenerator,
  workload: Workload,
  pace: Omit<Pace, 'url'>,
): Promise<LoadResult> {
  const bytesPerEvent = await generator.prepare(workload)
  const before = await subject.indexedEvents()
  const cpuBefore = usageByApp(subject.pid)
  const threadsBefore = threads(subject)
  const busyBefore = machineBusySeconds()
  const windowFrom = monotonicMicros()
  const begun = performance.now()
  let sending = true
  const running = generator.run({ ...pace, url: subject.ingestUrl }).finally(() => {
    sending = false
  })
  while (sending) {
    generator.indexed((await subject.indexedEvents()) - before)
    await Promise.race([running, pause(POLL_MILLIS)])
  }
  const report = await running
  const sent = performance.now()
  // Markers may be among them, so it can be more.
  await indexedAtLeast(subject, before + report.facts.events)
  const drained = performance.now()
  const cpu = cpuBetween(cpuBefore, usageByApp(subject.pid))
  const ours = [...cpu.values()].reduce((sum, seconds) => sum + seconds, report.cpuSeconds)
  const others = machineBusySeconds() - busyBefore - ours
  const { events } = report.facts
  return {
    workload,
    bytesPerEvent,
    report,
    acceptedPerSecond: events / report.wallSeconds,
    sustainedPerSecond: (events * 1_000) / (drained - begun),
    drainSeconds: (drained - sent) / 1_000,
    cpuMicros: new Map([...cpu].map(([app, seconds]) => [app, (seconds * 1e6) / events])),
    generatorMicros: (report.cpuSeconds * 1e6) / events,
    threadMicros: new Map(
      [...threads(subject)].map(([app, kinds]) => {
        const before = threadsBefore.get(app)
        const micros = (kind: ThreadKind, seconds: number) =>
          ((seconds - (before?.get(kind) ?? 0)) * 1e6) / events
        return [app, new Map([...kinds].map(([kind, seconds]) => [kind, micros(kind, seconds)]))]
      }),
    ),
    othersCores: Math.max(0, (others * 1_000) / (drained - begun)),
    window: { from: windowFrom, to: monotonicMicros() },
    problems: Object.entries(report.statuses)
      .filter(([status]) => status !== '200' && status !== '429')
      .map(([status, count]) => `${workload.name}: ${count} answers were ${status}`),
  }
}

async function indexedAtLeast(subject: Subject, events: number): Promise<void> {
  let last = -1
  let movedAt = performance.now()
  for (;;) {
    const now = await subject.indexedEvents()
    if (now >= events) return
    if (now > last) {
      last = now
      movedAt = performance.now()
    } else if (performance.now() - movedAt > STALLED_MILLIS)
      throw new Error(`${events - now} accepted events did not become searchable`)
    await pause(POLL_MILLIS / 4)
  }
}

function threads(subject: Subject): Map<string, Map<ThreadKind, number>> {
  return new Map([...subject.pids()].map(([app, pid]) => [app, threadSeconds(pid)]))
}

function monotonicMicros(): number {
  return Number(process.hrtime.bigint() / 1_000n)
}

/** The sum over apps. */
export function totalMicros({ cpuMicros }: LoadResult): number {
  return [...cpuMicros.values()].reduce((sum, micros) => sum + micros, 0)
}
