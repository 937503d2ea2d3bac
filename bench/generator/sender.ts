import { setTimeout as pause } from 'node:timers/promises'
import { nowMicros } from '../measure/clock.ts'
import type { Body } from './body.ts'
import { HttpConnection } from './http-connection.ts'
import type { Report, Sending } from './protocol.ts'
import { integer } from './random.ts'
import { Run } from './run.ts'
import type { Slot } from './slots.ts'
import { stamp } from './stamp.ts'
import type { Pace, Workload } from './workload.ts'

/** Without a pace, a refused sender waits: it stands for one that heeds Retry-After, and must not burn CPU meanwhile. */
const AFTER_REFUSAL_MILLIS = 100
/** Paced, a request that no connection had time for is given up. */
const GIVE_UP_MILLIS = 2_000
const REAL_MICROS_PER_EVENT = 1_000

/** Sends a ring of bodies over some connections at a pace, and says what came back. */
export class Sender {
  readonly #bodies: Body[]
  readonly #headers: string
  readonly #random: () => number
  #run: Run | undefined

  /** @param random makes the trace ids */
  constructor(bodies: readonly Body[], workload: Workload, random: () => number) {
    this.#bodies = [...bodies]
    this.#random = random
    this.#headers = [
      `content-type: ${workload.format === 'json' ? 'application/x-ndjson' : 'text/plain'}\r\n`,
      workload.encoding === 'identity' ? '' : `content-encoding: ${workload.encoding}\r\n`,
    ].join('')
  }

  /** Events of the run accepted so far. */
  get accepted(): number {
    return this.#run?.accepted ?? 0
  }

  /** Events of the run that are searchable by now. */
  indexed(events: number): void {
    this.#run?.window.indexed(performance.now() * 1_000, events)
  }

  async run(pace: Pace): Promise<Report> {
    const cpu = process.cpuUsage()
    const run = new Run(pace, this.#bodies[0]?.events ?? 1)
    this.#run = run
    const sendSlots = async (url: string) => {
      using connection = new HttpConnection(url)
      for (let next = run.slots.next(); !next.done; next = run.slots.next())
        await this.#take(run, next.value, pace, connection)
    }
    const urls = Array.from({ length: pace.connections }, (_, n) => pace.urls[n % pace.urls.length] ?? '')
    await Promise.all(urls.map(sendSlots))
    const { user, system } = process.cpuUsage(cpu)
    return {
      steps: run.steps,
      sendings: run.sendings,
      seconds: run.elapsed() / 1_000,
      cpuSeconds: (user + system) / 1e6,
    }
  }

  async #take(run: Run, { step, due }: Slot, pace: Pace, connection: HttpConnection): Promise<void> {
    if (due === undefined) await run.room(step)
    else if (due > run.elapsed()) await pause(due - run.elapsed())
    const report = run.begin(step)
    if (report === undefined) return
    const late = due === undefined ? 0 : run.elapsed() - due
    if (late > GIVE_UP_MILLIS) {
      report.unsent++
      report.latencies.push(late)
      return
    }
    const body = this.#bodies.shift()
    if (body === undefined) throw new Error('the ring needs more bodies than connections')
    run.sent(body)
    const sending = body.fixed ? { body: body.index, ...body.fixed } : this.#sendingNow(run, body, pace)
    if (body.fixed === undefined) stamp(body.bytes, body.places, sending)
    const sent = due ?? run.elapsed()
    const status = await connection.post(`/ingest${body.search}`, this.#headers, body.bytes)
    this.#bodies.push(body)
    run.answered(step, status, run.elapsed() - sent, body, sending)
    if (status !== '200' && due === undefined) await pause(AFTER_REFUSAL_MILLIS)
  }

  #sendingNow(run: Run, body: Body, { calendar }: Pace): Sending {
    const word = () => integer(this.#random, 4_294_967_296)
    const seed: Sending['seed'] = [word(), word()]
    if (calendar === null) {
      return { body: body.index, endMicros: nowMicros(), microsPerEvent: REAL_MICROS_PER_EVENT, seed }
    }
    const { startMicros, microsPerEvent } = calendar
    const endMicros = Math.floor(startMicros + run.handedOut(body.events) * microsPerEvent)
    return { body: body.index, endMicros, microsPerEvent, seed }
  }
}
