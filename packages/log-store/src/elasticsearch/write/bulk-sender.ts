import { setTimeout as pause } from 'node:timers/promises'
import { LogStoreError } from '../../port.ts'
import { type ElasticsearchConnection, isPassing, saidBy, statusOf } from '../connection.ts'
import { BACKOFF, type BackoffLimits, backoffMillis } from './backoff.ts'
import { BULK_FILTER, bulkOutcomes, type OperationOutcome } from './bulk-outcome.ts'

/** Lines of one operation: the action, and its document where there is one, each with its line end. */
export type Operation = string

/** An operation that Elasticsearch does not take, whenever it comes. */
export interface RefusedOperation {
  /** Its place among those that were given. */
  readonly index: number
  readonly reason: string
}

export interface BulkLimits {
  /** Characters of a request, unless one operation has more. */
  readonly characters: number
  /** Requests under way at once. */
  readonly requests: number
  /** Milliseconds that a request may take. */
  readonly timeoutMillis: number
  readonly backoff: BackoffLimits
  /** How often an operation is tried at which Elasticsearch has a fault of its own (500) before it is refused. */
  readonly faults: number
}

export const BULK_LIMITS: BulkLimits = {
  characters: 4 << 20,
  requests: 3,
  timeoutMillis: 60_000,
  backoff: BACKOFF,
  faults: 10,
}

/** Told of each request, for metrics. */
export interface BulkObserver {
  answered(millis: number, operations: number): void
  /** So many operations have to be sent again. */
  again(operations: number, reason: string): void
}

/** Operations of one call of `send` that go together. */
interface Parcel {
  readonly call: Call
  readonly operations: readonly { readonly index: number; readonly lines: Operation }[]
  readonly characters: number
  /** How often it was sent. */
  readonly tries: number
  /** How often Elasticsearch had a fault of its own at it. */
  readonly faults: number
}

interface Call {
  readonly signal: AbortSignal | undefined
  left: number
  readonly refused: RefusedOperation[]
  readonly done: PromiseWithResolvers<readonly RefusedOperation[]>
}

/** Elasticsearch waits so long for a shard before it answers that there is none; meanwhile a request is taken up. */
const SHARD_WAIT = '5s'

/**
 * Sends operations by `_bulk`: what waits goes together, several requests at once, in no order. An operation that is not
 * done is sent again, alone or with others that are not, with a growing pause, for as long as it takes. The caller bounds
 * how much waits.
 */
export class BulkSender {
  readonly #connection: ElasticsearchConnection
  readonly #limits: BulkLimits
  readonly #observer: BulkObserver
  readonly #random: () => number
  readonly #waiting: Parcel[] = []
  readonly #calls = new Set<Call>()
  readonly #closing = new AbortController()
  #underWay = 0
  /** Requests in a row that failed whole, and until when none is sent because of it. */
  #failed = 0
  #resting = false
  #obstacle: string | undefined
  #pendingCharacters = 0

  constructor(
    connection: ElasticsearchConnection,
    limits: BulkLimits,
    observer: BulkObserver,
    random: () => number,
  ) {
    this.#connection = connection
    this.#limits = limits
    this.#observer = observer
    this.#random = random
  }

  /** Why nothing gets through at the moment. */
  get obstacle(): string | undefined {
    return this.#pendingCharacters === 0 ? undefined : this.#obstacle
  }

  get pendingCharacters(): number {
    return this.#pendingCharacters
  }

  /** Resolves when all are done or refused. Throws `closed`, and the reason of the signal: then some may be done. */
  async send(operations: readonly Operation[], signal?: AbortSignal): Promise<readonly RefusedOperation[]> {
    if (this.#closing.signal.aborted) throw closed()
    signal?.throwIfAborted()
    if (operations.length === 0) return []
    const call: Call = { signal, left: operations.length, refused: [], done: Promise.withResolvers() }
    this.#calls.add(call)
    const calledOff = () => call.done.reject(signal?.reason)
    signal?.addEventListener('abort', calledOff, { once: true })
    for (const parcel of parcelsOf(call, operations, this.#limits.characters)) {
      this.#waiting.push(parcel)
      this.#pendingCharacters += parcel.characters
    }
    this.#fill()
    try {
      return await call.done.promise
    } finally {
      signal?.removeEventListener('abort', calledOff)
      this.#calls.delete(call)
    }
  }

  close(): void {
    this.#closing.abort(closed())
    for (const { done } of this.#calls) done.reject(closed())
    this.#waiting.length = 0
    this.#pendingCharacters = 0
  }

  #fill(): void {
    while (!this.#resting && this.#underWay < this.#limits.requests && !this.#closing.signal.aborted) {
      const parcels = this.#next()
      if (parcels.length === 0) return
      this.#underWay++
      void this.#request(parcels).finally(() => {
        this.#underWay--
        this.#fill()
      })
    }
  }

  /** As many parcels as fit into a request, in the order they came. */
  #next(): readonly Parcel[] {
    const parcels: Parcel[] = []
    let characters = 0
    while (this.#waiting[0] !== undefined) {
      const [parcel] = this.#waiting
      if (parcel.call.signal?.aborted) {
        this.#waiting.shift()
        this.#pendingCharacters -= parcel.characters
        continue
      }
      if (parcels.length > 0 && characters + parcel.characters > this.#limits.characters) break
      this.#waiting.shift()
      parcels.push(parcel)
      characters += parcel.characters
    }
    return parcels
  }

  async #request(parcels: readonly Parcel[]): Promise<void> {
    const operations = parcels.flatMap((parcel) => parcel.operations)
    const started = performance.now()
    try {
      const answer = await this.#connection.ask({
        method: 'POST',
        path: '/_bulk',
        query: { timeout: SHARD_WAIT, filter_path: BULK_FILTER },
        body: operations.map(({ lines }) => lines).join(''),
        timeoutMillis: this.#limits.timeoutMillis,
        signal: this.#closing.signal,
      })
      this.#observer.answered(performance.now() - started, operations.length)
      this.#failed = 0
      this.#settle(parcels, bulkOutcomes(answer, operations.length))
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#fail(parcels, error)
    }
  }

  #settle(parcels: readonly Parcel[], outcomes: readonly OperationOutcome[] | undefined): void {
    let obstacle: string | undefined
    let first = 0
    for (const parcel of parcels) {
      const of = outcomes?.slice(first, first + parcel.operations.length)
      first += parcel.operations.length
      obstacle = this.#settleParcel(parcel, of) ?? obstacle
    }
    this.#obstacle = obstacle
  }

  /** Gives why some of it has to be sent again, or undefined where nothing has. */
  #settleParcel(parcel: Parcel, outcomes: readonly OperationOutcome[] | undefined): string | undefined {
    const { call, operations } = parcel
    this.#pendingCharacters -= parcel.characters
    const again: Parcel['operations'][number][] = []
    const faulty: Parcel['operations'][number][] = []
    let obstacle: string | undefined
    for (const [place, operation] of operations.entries()) {
      const outcome = outcomes?.[place]
      switch (outcome?.kind) {
        case undefined:
        case 'done':
          call.left--
          break
        case 'refused':
          this.#refuse(call, operation.index, outcome.reason)
          break
        case 'again':
          if (outcome.isFault && parcel.faults + 1 >= this.#limits.faults) {
            this.#refuse(call, operation.index, outcome.reason)
            break
          }
          obstacle = outcome.reason
          if (outcome.isFault) faulty.push(operation)
          else again.push(operation)
      }
    }
    if (obstacle !== undefined) this.#observer.again(again.length + faulty.length, obstacle)
    this.#later({ ...parcel, operations: again, tries: parcel.tries + 1 })
    this.#later({ ...parcel, operations: faulty, tries: parcel.tries + 1, faults: parcel.faults + 1 })
    if (call.left === 0) call.done.resolve(call.refused.sort((a, b) => a.index - b.index))
    return obstacle
  }

  #refuse(call: Call, index: number, reason: string): void {
    call.left--
    call.refused.push({ index, reason })
  }

  /** Sends a parcel again after a pause of its own, while others go on. */
  #later(parcel: Parcel): void {
    if (parcel.operations.length === 0 || parcel.call.signal?.aborted) return
    const characters = parcel.operations.reduce((sum, { lines }) => sum + lines.length, 0)
    this.#pendingCharacters += characters
    void this.#rest(parcel.tries).then(() => {
      this.#waiting.push({ ...parcel, characters })
      this.#fill()
    })
  }

  /** A request of which nothing is known to be done. */
  #fail(parcels: readonly Parcel[], error: unknown): void {
    const operations = parcels.reduce((sum, parcel) => sum + parcel.operations.length, 0)
    if (!isPassing(error) && statusOf(error) !== undefined && statusOf(error) !== 404) {
      this.#takeApart(parcels, error)
      return
    }
    this.#obstacle = saidBy(error)
    this.#observer.again(operations, this.#obstacle)
    this.#waiting.unshift(...parcels)
    this.#failed++
    this.#resting = true
    void this.#rest(this.#failed).then(() => {
      this.#resting = false
      this.#fill()
    })
  }

  /** Elasticsearch does not take the request for what is in it, or for its size: its halves are sent alone. */
  #takeApart(parcels: readonly Parcel[], error: unknown): void {
    for (const parcel of parcels) {
      const { operations, call } = parcel
      const [only, second] = operations
      if (only !== undefined && second === undefined && parcels.length === 1) {
        this.#pendingCharacters -= parcel.characters
        this.#refuse(call, only.index, saidBy(error))
        if (call.left === 0) call.done.resolve(call.refused.sort((a, b) => a.index - b.index))
        continue
      }
      const middle = (operations.length + 1) >> 1
      const halves =
        parcels.length > 1 ? [operations] : [operations.slice(0, middle), operations.slice(middle)]
      for (const half of halves) {
        // So large for the sender that it goes alone.
        this.#waiting.push({ ...parcel, operations: half, characters: this.#limits.characters })
        this.#pendingCharacters += this.#limits.characters
      }
      this.#pendingCharacters -= parcel.characters
    }
  }

  async #rest(failed: number): Promise<void> {
    const millis = backoffMillis(this.#limits.backoff, failed, this.#random())
    await pause(millis, undefined, { signal: this.#closing.signal, ref: false }).catch(() => undefined)
  }
}

function* parcelsOf(call: Call, operations: readonly Operation[], characters: number): Generator<Parcel> {
  let gathered: { readonly index: number; readonly lines: Operation }[] = []
  let sum = 0
  for (const [index, lines] of operations.entries()) {
    if (gathered.length > 0 && sum + lines.length > characters) {
      yield { call, operations: gathered, characters: sum, tries: 0, faults: 0 }
      gathered = []
      sum = 0
    }
    gathered.push({ index, lines })
    sum += lines.length
  }
  yield { call, operations: gathered, characters: sum, tries: 0, faults: 0 }
}

function closed(): LogStoreError {
  return new LogStoreError('closed', 'the log store is closed')
}
