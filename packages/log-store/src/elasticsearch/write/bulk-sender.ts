import { setTimeout as pause } from 'node:timers/promises'
import { freeBytes } from '@heartwood/event'
import { LogStoreError } from '../../port.ts'
import { type ElasticsearchConnection, isPassing, saidBy, statusOf } from '../connection.ts'
import { BACKOFF, type BackoffLimits, backoffMillis } from './backoff.ts'
import { BULK_FILTER, bulkOutcomes, type OperationOutcome } from './bulk-outcome.ts'
import { Obstacles } from './obstacles.ts'
import { type OperationBytes, piecesOf, sizeOf } from './operation-bytes.ts'

/** An operation that Elasticsearch does not take, whenever it comes. */
export interface RefusedOperation {
  /** Its place among those that were given. */
  readonly index: number
  readonly reason: string
}

export interface BulkLimits {
  /** Of a request, unless one operation has more. */
  readonly bytes: number
  /** Requests under way at once. */
  readonly requests: number
  /** Milliseconds that a request may take. */
  readonly timeoutMillis: number
  readonly backoff: BackoffLimits
  /** How often an operation is tried at which Elasticsearch has a fault of its own (500) before it is refused. */
  readonly faults: number
}

export const BULK_LIMITS: BulkLimits = {
  bytes: 4 << 20,
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
  /** Places among the operations of the call, ascending. */
  readonly places: readonly number[]
  readonly bytes: number
  /** How often it was sent. */
  readonly tries: number
  /** How often Elasticsearch had a fault of its own at it. */
  readonly faults: number
}

interface Call {
  readonly operations: OperationBytes
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
  /** Of parcels that have to be sent again. */
  readonly #obstacles = new Obstacles<Parcel>()
  #pendingBytes = 0

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
    return this.#pendingBytes === 0 ? undefined : this.#obstacles.latest
  }

  get pendingBytes(): number {
    return this.#pendingBytes
  }

  /** Resolves when all are done or refused. Throws `closed`, and the reason of the signal: then some may be done. */
  async send(operations: OperationBytes, signal?: AbortSignal): Promise<readonly RefusedOperation[]> {
    if (this.#closing.signal.aborted) throw closed()
    signal?.throwIfAborted()
    if (operations.length === 0) return []
    const call: Call = {
      operations,
      signal,
      left: operations.length,
      refused: [],
      done: Promise.withResolvers(),
    }
    this.#calls.add(call)
    const calledOff = () => call.done.reject(signal?.reason)
    signal?.addEventListener('abort', calledOff, { once: true })
    for (const parcel of parcelsOf(call, this.#limits.bytes)) {
      this.#waiting.push(parcel)
      this.#pendingBytes += parcel.bytes
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
    this.#pendingBytes = 0
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
    let bytes = 0
    while (this.#waiting[0] !== undefined) {
      const [parcel] = this.#waiting
      if (parcel.call.signal?.aborted) {
        this.#waiting.shift()
        this.#passed(parcel)
        continue
      }
      if (parcels.length > 0 && bytes + parcel.bytes > this.#limits.bytes) break
      this.#waiting.shift()
      parcels.push(parcel)
      bytes += parcel.bytes
    }
    return parcels
  }

  async #request(parcels: readonly Parcel[]): Promise<void> {
    const operations = parcels.reduce((sum, { places }) => sum + places.length, 0)
    const pieces = parcels.flatMap(({ call, places }) => piecesOf(call.operations, places))
    const [first = Buffer.alloc(0), second] = pieces
    const body = second === undefined ? first : Buffer.concat(pieces)
    const started = performance.now()
    try {
      const answer = await this.#connection.ask({
        method: 'POST',
        path: '/_bulk',
        query: { timeout: SHARD_WAIT, filter_path: BULK_FILTER },
        body,
        timeoutMillis: this.#limits.timeoutMillis,
        signal: this.#closing.signal,
      })
      this.#observer.answered(performance.now() - started, operations)
      this.#failed = 0
      // Whoever answered this has read it; without an answer somebody may still be sending.
      if (second !== undefined) freeBytes(body)
      this.#settle(parcels, bulkOutcomes(answer, operations))
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#fail(parcels, error)
    }
  }

  #settle(parcels: readonly Parcel[], outcomes: readonly OperationOutcome[] | undefined): void {
    let first = 0
    for (const parcel of parcels) {
      const of = outcomes?.slice(first, first + parcel.places.length)
      first += parcel.places.length
      this.#settleParcel(parcel, of)
    }
  }

  #settleParcel(parcel: Parcel, outcomes: readonly OperationOutcome[] | undefined): void {
    const { call, places } = parcel
    this.#passed(parcel)
    const again: number[] = []
    const faulty: number[] = []
    let obstacle: string | undefined
    for (const [index, place] of places.entries()) {
      const outcome = outcomes?.[index]
      switch (outcome?.kind) {
        case undefined:
        case 'done':
          call.left--
          break
        case 'refused':
          this.#refuse(call, place, outcome.reason)
          break
        case 'again':
          if (outcome.isFault && parcel.faults + 1 >= this.#limits.faults) {
            this.#refuse(call, place, outcome.reason)
            break
          }
          obstacle = outcome.reason
          if (outcome.isFault) faulty.push(place)
          else again.push(place)
      }
    }
    if (obstacle !== undefined) {
      this.#observer.again(again.length + faulty.length, obstacle)
      this.#later({ ...parcel, places: again, tries: parcel.tries + 1 }, obstacle)
      this.#later({ ...parcel, places: faulty, tries: parcel.tries + 1, faults: parcel.faults + 1 }, obstacle)
    }
    if (call.left === 0) call.done.resolve(call.refused.sort((a, b) => a.index - b.index))
  }

  #passed(parcel: Parcel): void {
    this.#pendingBytes -= parcel.bytes
    this.#obstacles.passed(parcel)
  }

  #refuse(call: Call, index: number, reason: string): void {
    call.left--
    call.refused.push({ index, reason })
  }

  /** Sends a parcel again after a pause of its own, while others go on. */
  #later(parcel: Parcel, obstacle: string): void {
    const { call, places } = parcel
    if (places.length === 0 || call.signal?.aborted) return
    const bytes = places.reduce((sum, place) => sum + sizeOf(call.operations, place), 0)
    const again = { ...parcel, bytes }
    this.#pendingBytes += bytes
    this.#obstacles.met(again, obstacle)
    void this.#rest(parcel.tries).then(() => {
      this.#waiting.push(again)
      this.#fill()
    })
  }

  /** A request of which nothing is known to be done. */
  #fail(parcels: readonly Parcel[], error: unknown): void {
    const operations = parcels.reduce((sum, { places }) => sum + places.length, 0)
    if (!isPassing(error) && statusOf(error) !== undefined && statusOf(error) !== 404) {
      this.#takeApart(parcels, error)
      return
    }
    const obstacle = saidBy(error)
    for (const parcel of parcels) this.#obstacles.met(parcel, obstacle)
    this.#observer.again(operations, obstacle)
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
      const { places, call } = parcel
      const [only, second] = places
      if (only !== undefined && second === undefined && parcels.length === 1) {
        this.#passed(parcel)
        this.#refuse(call, only, saidBy(error))
        if (call.left === 0) call.done.resolve(call.refused.sort((a, b) => a.index - b.index))
        continue
      }
      const middle = (places.length + 1) >> 1
      const halves = parcels.length > 1 ? [places] : [places.slice(0, middle), places.slice(middle)]
      for (const half of halves) {
        // So large for the sender that it goes alone.
        this.#waiting.push({ ...parcel, places: half, bytes: this.#limits.bytes })
        this.#pendingBytes += this.#limits.bytes
      }
      this.#passed(parcel)
    }
  }

  async #rest(failed: number): Promise<void> {
    const millis = backoffMillis(this.#limits.backoff, failed, this.#random())
    await pause(millis, undefined, { signal: this.#closing.signal, ref: false }).catch(() => undefined)
  }
}

function* parcelsOf(call: Call, limit: number): Generator<Parcel> {
  const { operations } = call
  let places: number[] = []
  let bytes = 0
  for (let place = 0; place < operations.length; place++) {
    const size = sizeOf(operations, place)
    if (places.length > 0 && bytes + size > limit) {
      yield { call, places, bytes, tries: 0, faults: 0 }
      places = []
      bytes = 0
    }
    places.push(place)
    bytes += size
  }
  yield { call, places, bytes, tries: 0, faults: 0 }
}

function closed(): LogStoreError {
  return new LogStoreError('closed', 'the log store is closed')
}
