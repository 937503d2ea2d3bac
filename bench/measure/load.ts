import { setTimeout as pause } from 'node:timers/promises'
import type { Range } from '../expected/ledger.ts'
import type { LoadGenerator } from '../generator/load-generator.ts'
import type { Report, Sending } from '../generator/protocol.ts'
import type { Load } from '../generator/workload.ts'
import { monotonicMicros } from './clock.ts'
import { Lag } from './lag.ts'
import type { Target } from './target.ts'
import { type ThreadKind, threadSeconds } from './threads.ts'
import { cpuBetween, machineBusySeconds } from './usage.ts'

/** One run of a load against a Heartwood, until its last event is durable. */
export interface LoadResult {
  readonly load: Load
  readonly bytesPerEvent: number
  readonly report: Report
  readonly events: number
  /** Accepted, by the time of sending. */
  readonly acceptedPerSecond: number
  /** Accepted and searchable, by the time until the last was searchable. */
  readonly sustainedPerSecond: number
  /** From the last answer until the last event was searchable. */
  readonly drainSeconds: number
  /** Microseconds of CPU per event by app, from the first request until the last event was durable. */
  readonly cpuMicros: ReadonlyMap<string, number>
  readonly generatorMicros: number
  /** Microseconds per event by app and kind of thread. */
  readonly threadMicros: ReadonlyMap<string, ReadonlyMap<ThreadKind, number>>
  /** Cores that neither Heartwood nor the generator used: the rest of the machine was at work too. */
  readonly othersCores: number
  /** From the first request until the last event was durable, microseconds of the monotonic clock. */
  readonly window: { readonly from: number; readonly to: number }
  /** By milliseconds of the monotonic clock. */
  readonly lag: Lag
  readonly problems: readonly string[]
}

const POLL_MILLIS = 200
/** An indexer that makes nothing searchable for so long has lost something. */
const STALLED_MILLIS = 60_000

/**
 * Sends a load and waits until all of it is searchable, then durable.
 * @param seals whether to make it durable at once; otherwise the CPU is counted until it is searchable
 */
export async function runLoad(
  subject: Target,
  generator: LoadGenerator,
  load: Load,
  { seals }: { readonly seals: boolean },
): Promise<LoadResult> {
  const bytesPerEvent = await generator.prepare(load.workload)
  const indexedBefore = await subject.indexedEvents()
  const cpuBefore = subject.usage()
  const threadsBefore = threads(subject)
  const busyBefore = machineBusySeconds()
  const from = monotonicMicros()
  const lag = new Lag()
  const running = generator.run({ ...load.pace, urls: [...subject.ingestUrls] }, (accepted, at) =>
    lag.accepted(at / 1_000, accepted),
  )
  const report = await followed(running, subject, generator, indexedBefore, lag)
  const sent = monotonicMicros()
  const events = report.steps.reduce((sum, step) => sum + step.events, 0)
  // Others, such as markers, may be among them, so it can be more.
  await indexedAtLeast(subject, indexedBefore + events)
  const searchable = monotonicMicros()
  lag.searchable(searchable / 1_000, events)
  if (seals) await subject.seal(lastOf(report.sendings, load.workload.eventsPerBody))
  const cpu = cpuBetween(cpuBefore, subject.usage())
  const to = monotonicMicros()
  const ours = [...cpu.values()].reduce((sum, seconds) => sum + seconds, report.cpuSeconds)
  return {
    load,
    bytesPerEvent,
    report,
    events,
    acceptedPerSecond: events / report.seconds,
    sustainedPerSecond: (events * 1e6) / (searchable - from),
    drainSeconds: (searchable - sent) / 1e6,
    cpuMicros: new Map([...cpu].map(([app, seconds]) => [app, (seconds * 1e6) / events])),
    generatorMicros: (report.cpuSeconds * 1e6) / events,
    threadMicros: perEvent(threadsBefore, threads(subject), events),
    othersCores: Math.max(0, (machineBusySeconds() - busyBefore - ours) / ((to - from) / 1e6)),
    window: { from, to },
    lag,
    problems: answerProblems(load.workload.name, report),
  }
}

/** The times of what was sent last, by all connections. */
function lastOf(sendings: readonly Sending[], perBody: number): Range {
  const last = sendings.slice(-LAST_SENDINGS)
  return {
    from: Math.min(...last.map((sending) => sending.endMicros - perBody * sending.microsPerEvent)),
    to: Math.max(...last.map(({ endMicros }) => endMicros)) + 1,
  }
}

const LAST_SENDINGS = 64

/** While it runs, tells the generator and the lag what is searchable. */
async function followed(
  running: Promise<Report>,
  subject: Target,
  generator: LoadGenerator,
  before: number,
  lag: Lag,
): Promise<Report> {
  const ended = running.then(
    () => true,
    () => true,
  )
  for (;;) {
    const indexed = (await subject.indexedEvents()) - before
    lag.searchable(monotonicMicros() / 1_000, indexed)
    generator.indexed(indexed)
    if (await Promise.race([ended, pause(POLL_MILLIS, false)])) return running
  }
}

/** Resolves when so many are searchable; throws where nothing more becomes so for a minute. */
export async function indexedAtLeast(subject: Pick<Target, 'indexedEvents'>, events: number): Promise<void> {
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
    await pause(POLL_MILLIS / 8)
  }
}

/** Anything but a 2xx or a refusal that says so. */
export function answerProblems(name: string, { steps }: Report): string[] {
  return steps.flatMap(({ statuses }) =>
    Object.entries(statuses)
      .filter(([status]) => status !== '200' && status !== '429')
      .map(([status, count]) => `${name}: ${count} answers were ${status}`),
  )
}

type Threads = ReadonlyMap<string, ReadonlyMap<ThreadKind, number>>

export function threads(subject: Pick<Target, 'pids'>): Threads {
  return new Map([...subject.pids()].map(([app, pid]) => [app, threadSeconds(pid)]))
}

/** Microseconds per event, or per whatever was counted, between two looks. */
export function perEvent(before: Threads, after: Threads, events: number): Threads {
  return new Map(
    [...after].map(([app, kinds]) => [
      app,
      new Map(
        [...kinds].map(([kind, seconds]) => [
          kind,
          ((seconds - (before.get(app)?.get(kind) ?? 0)) * 1e6) / events,
        ]),
      ),
    ]),
  )
}

/** The sum over apps. */
export function totalMicros({ cpuMicros }: LoadResult): number {
  return [...cpuMicros.values()].reduce((sum, micros) => sum + micros, 0)
}
