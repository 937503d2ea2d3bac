import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'

/** One request of the load and what is known of it. */
export interface Sent {
  readonly round: number
  readonly serials: readonly number[]
  /** With a key a lost answer is followed by the same request again, until it is answered. */
  readonly key: string | undefined
  /**
   * `acknowledged`: a 2xx came, so each serial must be found exactly once. `refused`: 4xx or 5xx, so none may be
   * found. `unknown`: the connection broke before an answer, so each may be found once or not. `pending`: not known yet.
   */
  outcome: 'pending' | 'acknowledged' | 'refused' | 'unknown'
}

const Answer = z.object({ accepted: z.number(), rejected: z.number(), batch_id: z.string() })
const LINES = 20
/** Between the requests of one sender: the faults matter here, not the throughput, and every line is looked for. */
const PAUSE_MILLIS = 15

/** Senders that post numbered lines until stopped, half of them with idempotency keys. */
export class Load {
  readonly sent: Sent[] = []
  readonly problems: string[] = []
  /** Requests answered 429, 503 or 507. */
  refusals = 0
  round = 0
  #serial = 0
  #running = true
  readonly #run: string
  readonly #url: () => string
  readonly #workers: Promise<void>[]

  constructor(run: string, url: () => string, workers: number) {
    this.#run = run
    this.#url = url
    this.#workers = Array.from({ length: workers }, (_, worker) => this.#work(worker))
  }

  /** Ends after every keyed request got its answer. */
  async stop(): Promise<void> {
    this.#running = false
    await Promise.all(this.#workers)
  }

  get acknowledged(): number {
    return this.sent.filter((one) => one.outcome === 'acknowledged').length * LINES
  }

  /** The requests of a round. */
  of(round: number): Sent[] {
    return this.sent.filter((one) => one.round === round)
  }

  acknowledgedSerials(): readonly number[] {
    return this.sent.filter((one) => one.outcome === 'acknowledged').flatMap((one) => one.serials)
  }

  /** Waits until more than `count` lines are acknowledged; throws after `millis`: then nothing is accepted any more. */
  async acknowledgedPast(count: number, millis: number): Promise<void> {
    await this.#until(() => this.acknowledged > count, millis, 'nothing was accepted')
  }

  async refusedPast(count: number, millis: number): Promise<void> {
    await this.#until(() => this.refusals > count, millis, 'nothing was refused')
  }

  /** Waits until each request of a round has its outcome. */
  async roundSettled(round: number, millis: number): Promise<void> {
    const settled = () => this.of(round).every((one) => one.outcome !== 'pending')
    await this.#until(settled, millis, 'a request got no answer')
  }

  async #until(condition: () => boolean, millis: number, complaint: string): Promise<void> {
    const deadline = Date.now() + millis
    while (!condition()) {
      if (Date.now() > deadline) throw new Error(`${complaint} for ${millis / 1000} s`)
      await delay(20)
    }
  }

  async #work(worker: number): Promise<void> {
    for (let turn = 0; this.#running; turn++) {
      const serials = Array.from({ length: LINES }, () => this.#serial++)
      const key = worker % 2 === 0 ? `${this.#run}-${worker}:${turn}` : undefined
      const sent: Sent = { round: this.round, serials, key, outcome: 'pending' }
      const body = serials.map((serial) => this.#line(sent.round, serial)).join('')
      this.sent.push(sent)
      await this.#deliver(sent, body)
      const twice = key !== undefined && sent.outcome === 'acknowledged' && turn % 4 === 0
      if (twice) await this.#post(body, key)
      await delay(sent.outcome === 'acknowledged' ? PAUSE_MILLIS : 50)
    }
  }

  #line(round: number, serial: number): string {
    return `${JSON.stringify({ level: serial % 10 === 0 ? 'error' : 'info', service: `fault-${serial % 7}`, message: `serial ${serial} of a run`, fault_run: this.#run, fault_round: round, serial })}\n`
  }

  async #deliver(sent: Sent, body: string): Promise<void> {
    for (;;) {
      const status = await this.#post(body, sent.key)
      if (status === 200) sent.outcome = 'acknowledged'
      else if (sent.key === undefined) sent.outcome = status === undefined ? 'unknown' : 'refused'
      if (sent.outcome !== 'pending') return
      await delay(50)
    }
  }

  /** The status of one try, or undefined where the connection broke. */
  async #post(body: string, key: string | undefined): Promise<number | undefined> {
    try {
      const response = await fetch(`${this.#url()}/ingest`, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/x-ndjson',
          ...(key !== undefined && { 'idempotency-key': key }),
        },
        signal: AbortSignal.timeout(10_000),
      })
      const text = await response.text()
      if (response.status === 200) this.#check(Answer.parse(JSON.parse(text)))
      else if ([429, 503, 507].includes(response.status)) this.refusals++
      else this.problems.push(`answer ${response.status}: ${text.slice(0, 200)}`)
      return response.status
    } catch (error) {
      if (error instanceof z.ZodError) this.problems.push(`an answer of another shape: ${error.message}`)
      return undefined
    }
  }

  #check(answer: z.infer<typeof Answer>): void {
    if (answer.accepted !== LINES || answer.rejected !== 0)
      this.problems.push(`accepted ${answer.accepted} of ${LINES}`)
  }
}
