import { setTimeout as pause } from 'node:timers/promises'
import { BacklogWindow } from './backlog-window.ts'
import type { Body } from './body.ts'
import type { Sending, StepReport } from './protocol.ts'
import { type Slot, slotsOf } from './slots.ts'
import type { Pace } from './workload.ts'

/** What is counted while a pace is kept. */
export class Run {
  readonly steps: StepReport[]
  readonly sendings: Sending[] = []
  readonly window: BacklogWindow
  readonly slots: Generator<Slot, void, void>
  accepted = 0
  readonly #pace: Pace
  readonly #begun = performance.now()
  /** When the first request of each step was taken up. */
  readonly #stepBegun: (number | undefined)[] = []
  #calendarEvents = 0
  /** Events sent and not yet answered. */
  #underway = 0

  constructor(pace: Pace, eventsPerRequest: number) {
    this.#pace = pace
    this.window = new BacklogWindow(pace.leastWindow)
    this.steps = pace.steps.map(() => ({
      events: 0,
      bytes: 0,
      requests: 0,
      unsent: 0,
      statuses: {},
      latencies: [],
      seconds: 0,
    }))
    const isOver = (step: number) => this.#isOver(step)
    this.slots = slotsOf(pace.steps, eventsPerRequest, isOver, () => this.elapsed())
  }

  /** Milliseconds since it began. */
  elapsed(): number {
    return performance.now() - this.#begun
  }

  /** Events that the calendar has given times to, these included. */
  handedOut(events: number): number {
    this.#calendarEvents += events
    return this.#calendarEvents
  }

  /** Waits until the indexer is near enough and what is underway may not be all that is wanted, or the step over. */
  async room(step: number): Promise<void> {
    while (
      !this.#isOver(step) &&
      (this.accepted - this.window.searchable > this.window.limit || this.#mayBeFull(step))
    )
      await pause(5)
  }

  /** Undefined where a step without a pace ended while a connection waited. */
  begin(step: number): StepReport | undefined {
    if (this.#pace.steps[step]?.kind !== 'paced' && this.#isOver(step)) return undefined
    this.#stepBegun[step] ??= this.elapsed()
    return this.steps[step]
  }

  sent(body: Body): void {
    this.#underway += body.events
  }

  answered(step: number, status: string, millis: number, body: Body, sending: Sending): void {
    this.#underway -= body.events
    const report = this.steps[step]
    if (report === undefined) return
    report.requests++
    report.statuses[status] = (report.statuses[status] ?? 0) + 1
    report.seconds = (this.elapsed() - (this.#stepBegun[step] ?? 0)) / 1_000
    if (status !== '200') return
    report.latencies.push(millis)
    report.events += body.events
    report.bytes += body.plainBytes
    this.accepted += body.events
    this.sendings.push(sending)
  }

  #mayBeFull(step: number): boolean {
    const spec = this.#pace.steps[step]
    return spec?.kind === 'fill' && (this.steps[step]?.events ?? 0) + this.#underway >= spec.events
  }

  #isOver(step: number): boolean {
    const spec = this.#pace.steps[step]
    switch (spec?.kind) {
      case 'flat-out':
        return this.elapsed() - (this.#stepBegun[step] ?? this.elapsed()) >= spec.seconds * 1_000
      case 'fill':
        return (this.steps[step]?.events ?? 0) >= spec.events
      case 'paced':
      case undefined:
        return true
    }
  }
}
