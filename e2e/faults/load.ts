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
  /** Which of the senders it is of; each has one request under way at a time. */
  readonly sender: number
  /** Of an acknowledged one: the batch its events belong to. */
  batchId?: string
}

export interface LoadOptions {
  /** Where a sender's next try goes. */
  readonly url: (sender: number) => string
  readonly senders: number
  /** Between the requests of one sender, milliseconds; the faults matter here, not the throughput. Default 15. */
  readonly pauseMillis?: number
  /** Whether lines may have been stored although the answer is this 4xx or 5xx; never, unless it is said. */
  readonly mayBeStored?: (status: number) => boolean
}

const Answer = z.object({ accepted: z.number(), rejected: z.number(), batch_id: z.string() })
const LINES = 20
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
  readonly #options: LoadOptions
  readonly #senders: Promise<void>[]
  /** While it is held, what the senders wait for. */
  #held: PromiseWithResolvers<void> | undefined
  /** Lines that those which pause may still send. */
  #allowance = Number.POSITIVE_INFINITY

  constructor(run: string, options: LoadOptions) {
    this.#run = run
    this.#options = options
    const always = async () => {
      while (this.#running && this.#allowance < LINES) await delay(20)
      this.#allowance -= LINES
      return this.#running
    }
    this.#senders = Array.from({ length: options.senders }, (_, sender) =>
      this.#send(sender, options.pauseMillis ?? PAUSE_MILLIS, always),
    )
  }

  /** Ends after every keyed request got its answer. */
  async stop(): Promise<void> {
    this.#running = false
    this.goOn()
    await Promise.all(this.#senders)
  }

  /** Nothing new is sent until `goOn`. Resolves once each request has its outcome. */
  async hold(millis: number): Promise<void> {
    this.#held ??= Promise.withResolvers()
    const settled = () => this.sent.every((one) => one.outcome !== 'pending')
    await this.#until(settled, millis, 'a request got no answer')
  }

  goOn(): void {
    this.#held?.resolve()
    this.#held = undefined
  }

  /** From now on so many lines and no more, however long it takes until the next call; a burst comes on top. */
  allow(lines: number): void {
    this.#allowance = lines
  }

  /** So many more senders, which never pause, for a time; resolves once each of their requests has its outcome. */
  async burst(senders: number, millis: number): Promise<void> {
    const until = Date.now() + millis
    const during = async () => this.#running && Date.now() < until
    const first = this.#senders.length
    const more = Array.from({ length: senders }, (_, index) => this.#send(first + index, 0, during))
    this.#senders.push(...more)
    await Promise.all(more)
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

  async #send(sender: number, pauseMillis: number, goesOn: () => Promise<boolean>): Promise<void> {
    for (let turn = 0; await goesOn(); turn++) {
      await this.#held?.promise
      const serials = Array.from({ length: LINES }, () => this.#serial++)
      const key = sender % 2 === 0 ? `${this.#run}-${sender}:${turn}` : undefined
      const sent: Sent = { round: this.round, serials, key, outcome: 'pending', sender }
      const body = serials.map((serial) => this.#line(sent.round, serial)).join('')
      this.sent.push(sent)
      await this.#deliver(sent, body)
      const twice = key !== undefined && sent.outcome === 'acknowledged' && turn % 4 === 0
      if (twice) await this.#post(sent, body)
      await delay(sent.outcome === 'acknowledged' ? pauseMillis : 50)
    }
  }

  #line(round: number, serial: number): string {
    return `${JSON.stringify({ level: serial % 10 === 0 ? 'error' : 'info', service: `fault-${serial % 7}`, message: `serial ${serial} of a run`, fault_run: this.#run, fault_round: round, serial })}\n`
  }

  async #deliver(sent: Sent, body: string): Promise<void> {
    for (;;) {
      const answer = await this.#post(sent, body)
      if (answer?.batchId !== undefined) {
        sent.outcome = 'acknowledged'
        sent.batchId = answer.batchId
      } else if (sent.key === undefined)
        sent.outcome = this.#isRefusal(answer?.status) ? 'refused' : 'unknown'
      if (sent.outcome !== 'pending') return
      await delay(50)
    }
  }

  #isRefusal(status: number | undefined): boolean {
    return status !== undefined && this.#options.mayBeStored?.(status) !== true
  }

  /** The answer to one try, with a batch id where it is a 2xx; undefined where the connection broke. */
  async #post(sent: Sent, body: string): Promise<{ status: number; batchId?: string } | undefined> {
    try {
      const response = await fetch(`${this.#options.url(sent.sender)}/ingest`, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/x-ndjson',
          ...(sent.key !== undefined && { 'idempotency-key': sent.key }),
        },
        signal: AbortSignal.timeout(10_000),
      })
      const text = await response.text()
      if (response.status === 200) return { status: 200, batchId: this.#checked(JSON.parse(text)).batch_id }
      if ([429, 503, 507].includes(response.status)) this.refusals++
      else this.problems.push(`answer ${response.status}: ${text.slice(0, 200)}`)
      return { status: response.status }
    } catch (error) {
      if (error instanceof z.ZodError) this.problems.push(`an answer of another shape: ${error.message}`)
      return undefined
    }
  }

  #checked(json: unknown): z.infer<typeof Answer> {
    const answer = Answer.parse(json)
    if (answer.accepted !== LINES || answer.rejected !== 0)
      this.problems.push(`accepted ${answer.accepted} of ${LINES}`)
    return answer
  }
}
