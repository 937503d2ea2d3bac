import { Agent, request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { type Body, refresh } from './body.ts'
import { addFacts, noFacts } from './facts.ts'
import type { Pace, Report, Workload } from './workload.ts'

/** After a refusal a sender waits: it stands for one that heeds Retry-After, and must not burn CPU meanwhile. */
const AFTER_REFUSAL_MILLIS = 100
const REQUEST_TIMEOUT_MILLIS = 60_000

/** Sends a ring of bodies over some connections at a pace, and says what came back. */
export class Sender {
  /** Events that the indexer made searchable since the run began. */
  indexed = 0
  readonly #bodies: Body[]
  readonly #headers: Readonly<Record<string, string>>
  readonly #random: () => number

  constructor(bodies: readonly Body[], workload: Workload, random: () => number) {
    this.#bodies = [...bodies]
    this.#random = random
    this.#headers = {
      'content-type': workload.format === 'json' ? 'application/x-ndjson' : 'text/plain',
      ...(workload.encoding !== 'identity' && { 'content-encoding': workload.encoding }),
    }
  }

  async run(pace: Pace): Promise<Report> {
    const agent = new Agent({ keepAlive: true, maxSockets: pace.connections })
    const facts = noFacts()
    const report = { requests: 0, statuses: {} as Record<string, number>, latencies: [] as number[] }
    this.indexed = 0
    const cpu = process.cpuUsage()
    const begun = performance.now()
    const end = begun + pace.seconds * 1_000
    const perBody = this.#bodies[0]?.facts.events ?? 1
    const apart = pace.eventsPerSecond === null ? 0 : (1_000 * perBody) / pace.eventsPerSecond
    let slots = 0

    const connection = async () => {
      for (;;) {
        // Flat out, a slot is due at once; paced, when the clock says so, whatever became of those before.
        const due = begun + slots++ * apart
        if (apart > 0 && due > performance.now()) await pause(due - performance.now())
        while (
          pace.maxBacklog !== null &&
          facts.events - this.indexed > pace.maxBacklog &&
          performance.now() < end
        )
          await pause(5)
        if ((apart > 0 ? due : performance.now()) >= end || performance.now() >= end + 5_000) return
        const body = this.#bodies.shift()
        if (body === undefined) throw new Error('the ring needs more bodies than connections')
        refresh(body, Date.now(), this.#random)
        const sent = apart > 0 ? due : performance.now()
        const status = await this.#post(pace.url, agent, body)
        this.#bodies.push(body)
        report.requests++
        report.statuses[status] = (report.statuses[status] ?? 0) + 1
        if (status === '200') {
          report.latencies.push(performance.now() - sent)
          addFacts(facts, body.facts)
        } else await pause(AFTER_REFUSAL_MILLIS)
      }
    }
    await Promise.all(Array.from({ length: pace.connections }, connection))
    agent.destroy()
    const { user, system } = process.cpuUsage(cpu)
    return {
      ...report,
      facts,
      wallSeconds: (performance.now() - begun) / 1_000,
      cpuSeconds: (user + system) / 1e6,
    }
  }

  /** The status as text, or `none` where the connection broke. */
  #post(url: string, agent: Agent, body: Body): Promise<string> {
    return new Promise((resolve) => {
      const outgoing = request(
        `${url}/ingest${body.search}`,
        {
          agent,
          method: 'POST',
          headers: { ...this.#headers, 'content-length': String(body.bytes.length) },
          timeout: REQUEST_TIMEOUT_MILLIS,
        },
        (answer) => {
          answer.on('end', () => resolve(String(answer.statusCode))).on('error', () => resolve('none'))
          answer.resume()
        },
      )
      outgoing.on('timeout', () => outgoing.destroy()).on('error', () => resolve('none'))
      outgoing.end(body.bytes)
    })
  }
}
