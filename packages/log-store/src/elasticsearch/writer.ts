import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import {
  DeadLetter,
  type DeadLetterFilter,
  type EventBatch,
  freeBytes,
  matchesLetter,
  NANOS_PER_SECOND,
  type Nanos,
} from '@heartwood/event'
import { z } from 'zod'
import { calledOff } from '../called-off.ts'
import {
  type BatchReceipt,
  type DeleteRequest,
  type IdempotentWriter,
  type IdempotentWriterStats,
  LogStoreError,
  type RefusedEvent,
  type Settlement,
  type Write,
} from '../port.ts'
import type { ElasticsearchConnection, Question } from './connection.ts'
import { documentId, type IndexNames, type IndexPeriod } from './names.ts'
import { type BulkLimits, type BulkObserver, BulkSender, type RefusedOperation } from './write/bulk-sender.ts'
import { install } from './write/install.ts'
import { letterOperation, removeLetterOperation } from './write/letter-operations.ts'
import { Obstacles } from './write/obstacles.ts'
import { gatherOperations, operationsOf } from './write/operation-bytes.ts'
import {
  createOperation,
  eventOperations,
  type Operation,
  removeOperation,
  removeOperations,
} from './write/operations.ts'
import { askPatiently, type Patience } from './write/patient-asking.ts'
import { deleteOldIndices, deleteOldReceipts, dropOldLetters } from './write/retention.ts'
import { scan } from './write/scan.ts'
import { withoutStoredByDay } from './write/stored-by-day.ts'
import { refresh, sweep } from './write/sweep.ts'
import { splitRows, Tombstones } from './write/tombstones.ts'

export interface ElasticsearchWriterParts {
  readonly names: IndexNames
  readonly period: IndexPeriod
  readonly shards: number
  readonly replicas: number
  readonly retentionDays: number
  /** What was accepted is written long before it is so old, or the queue has dropped it. */
  readonly queueAge: Nanos
  readonly keep: { readonly letters: number; readonly bytes: number }
  readonly now: () => Nanos
  readonly random: () => number
  readonly limits: BulkLimits
  readonly observer: BulkObserver
}

/** Rows that are encoded in one go; meanwhile the thread does nothing else. */
const ROWS_AT_ONCE = 3_072
/** Parts of a write that wait for Elasticsearch at once: what is encoded of one record has a bound, however many events it has. */
const PARTS_UNDER_WAY = 10
/** How long a person waits for a delete or a dismissal while Elasticsearch is away. */
const PATIENCE_MILLIS = 20_000
/** Longer than what was under way when a delete began is under way. */
const UNDER_WAY_MILLIS = 1_500

const Documents = z.object({
  docs: z.array(
    z.object({
      found: z.boolean().optional(),
      _source: z.unknown().optional(),
      error: z.object({ reason: z.string() }).optional(),
    }),
  ),
})
const StoredReceipt = z.object({
  receipt: z.object({
    batch_id: z.string(),
    received_at: z.string().transform((text) => BigInt(text)),
    events: z.number(),
    dead_letters: z.number(),
  }),
})

/** The writing side of the store in an Elasticsearch: see IdempotentWriter. */
export class ElasticsearchWriter implements IdempotentWriter {
  readonly #parts: ElasticsearchWriterParts
  readonly #connection: ElasticsearchConnection
  readonly #sender: BulkSender
  readonly #tombstones: Tombstones
  readonly #closing = new AbortController()
  #installed: Promise<void> | undefined
  #lastWritten = 0
  /** Of questions that have no answer yet. */
  readonly #obstacles = new Obstacles<Question>()

  constructor(connection: ElasticsearchConnection, parts: ElasticsearchWriterParts) {
    this.#connection = connection
    this.#parts = parts
    this.#sender = new BulkSender(connection, parts.limits, parts.observer, parts.random)
    this.#tombstones = new Tombstones(this.#patience(), parts.names.deletes)
  }

  async write({ events, settle }: Write, signal?: AbortSignal): Promise<void> {
    this.#mustBeOpen()
    signal?.throwIfAborted()
    await calledOff(this.#ready(), signal)
    const refused = events.length === 0 ? [] : await this.#store(events, signal)
    await this.#settle(await settle(refused), signal)
  }

  async receipts(
    batchIds: readonly string[],
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, BatchReceipt>> {
    this.#mustBeOpen()
    signal?.throwIfAborted()
    if (batchIds.length === 0) return new Map()
    return calledOff(this.#receipts(batchIds), signal)
  }

  async #receipts(batchIds: readonly string[]): Promise<ReadonlyMap<string, BatchReceipt>> {
    await this.#ready()
    const question = {
      method: 'POST',
      path: `/${encodeURIComponent(this.#parts.names.batches)}/_mget`,
      query: { filter_path: 'docs.found,docs._source,docs.error.reason' },
      body: { ids: batchIds.map(documentId) },
    } as const
    // What cannot be looked up is not missing: it would be taken for new.
    const lacks = (answer: unknown) => Documents.parse(answer).docs.find(({ error }) => error)?.error?.reason
    const answer = await askPatiently(this.#patience(), question, lacks)
    const found = Documents.parse(answer).docs.filter((document) => document.found === true)
    const receipts = found.map(({ _source }) => StoredReceipt.parse(_source).receipt)
    return new Map(receipts.map((receipt) => [receipt.batch_id, receipt]))
  }

  async delete(request: DeleteRequest): Promise<{ deleted: number }> {
    this.#mustBeOpen()
    const patience = this.#patience(PATIENCE_MILLIS)
    const at = this.#parts.now()
    await this.#inTime((signal) => calledOff(this.#ready(), signal))
    await this.#tombstones.add(patience, request, at)
    const remove = (operations: readonly Operation[]) => this.#remove(operations)
    const swept = (last?: Nanos) => sweep(patience, this.#parts.names.prefix, request, at, remove, last)
    let deleted = await swept()
    await pause(UNDER_WAY_MILLIS)
    // What goes on coming in was accepted later: it stays, and this ends.
    const stragglers = () => swept(request.acceptedBefore)
    for (let more = await stragglers(); more > 0; more = await stragglers()) deleted += more
    return { deleted }
  }

  async enforceRetention(now: Nanos): Promise<{ segments: number; events: number }> {
    this.#mustBeOpen()
    await this.#ready()
    const { names, retentionDays, queueAge, keep } = this.#parts
    const patience = this.#patience(PATIENCE_MILLIS)
    const horizon = now - BigInt(Math.round(retentionDays * 86_400)) * NANOS_PER_SECOND
    const { indices, events } = await deleteOldIndices(patience, names.prefix, { now, horizon })
    await deleteOldReceipts(patience, names, now - queueAge)
    await this.#tombstones.forget(now - queueAge)
    await dropOldLetters(patience, names, keep)
    return { segments: indices.length, events }
  }

  async dismissDeadLetters(filter: DeadLetterFilter): Promise<{ dismissed: number }> {
    this.#mustBeOpen()
    const patience = this.#patience(PATIENCE_MILLIS)
    await this.#inTime((signal) => calledOff(this.#ready(), signal))
    const { deadLetters } = this.#parts.names
    await refresh(patience, deadLetters)
    let dismissed = 0
    const what = { excludes: ['letter.original', 'letter.sample'] }
    for await (const page of scan(patience, deadLetters, { match_all: {} }, what)) {
      const found = page.filter(({ source }) => matchesLetter(filter, letterOf(source)))
      await this.#remove(found.map(({ index, id }) => removeOperation(index, id)))
      dismissed += found.length
    }
    return { dismissed }
  }

  stats(): IdempotentWriterStats {
    const { pendingBytes, obstacle } = this.#sender
    return { pendingBytes, obstacle: this.#obstacles.latest ?? obstacle }
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return
    this.#closing.abort(closed())
    this.#sender.close()
    await this.#connection.close()
  }

  /** Stores the events that no delete covers; those that one covers are gone when it resolves. */
  async #store(events: EventBatch, signal: AbortSignal | undefined): Promise<RefusedEvent[]> {
    const indices = { prefix: this.#parts.names.prefix, period: this.#parts.period }
    const { kept: wanted } = splitRows(events, await calledOff(this.#tombstones.recent(), signal))
    const kept =
      indices.period === 'day'
        ? wanted
        : await calledOff(withoutStoredByDay(this.#patience(), indices.prefix, events, wanted), signal)
    const writeOperation = eventOperations(indices, events)
    const refused: RefusedEvent[] = []
    const sent: Promise<void>[] = []
    for (let first = 0; first < kept.length; first += ROWS_AT_ONCE) {
      if (first > 0) await nextTurn()
      await sent.at(-PARTS_UNDER_WAY)
      const rows = kept.slice(first, first + ROWS_AT_ONCE)
      const operations = gatherOperations(rows, writeOperation)
      const part = this.#sender.send(operations, signal).then((refusals) => {
        freeBytes(operations.bytes)
        for (const { index, reason } of refusals) {
          const row = rows[index]
          if (row !== undefined) refused.push({ row, reason })
        }
      })
      part.catch(() => undefined)
      sent.push(part)
    }
    await Promise.all(sent)
    const { covered } = splitRows(events, await calledOff(this.#tombstones.current(), signal))
    // Also what was left out: an earlier try may have stored it behind the delete's back.
    await this.#sender.send(operationsOf(covered.map(removeOperations(indices, events))), signal)
    return refused.sort((a, b) => a.row - b.row)
  }

  /** Receipts come last: where one is there, all of its batch is. */
  async #settle({ deadLetters, receipts, replayed }: Settlement, signal?: AbortSignal): Promise<void> {
    const { names } = this.#parts
    const again = new Set(deadLetters.map(({ id }) => id))
    const letters = [
      ...replayed.filter((id) => !again.has(id)).map((id) => removeLetterOperation(names.deadLetters, id)),
      ...deadLetters.map((letter) => letterOperation(names.deadLetters, letter, this.#nextWritten())),
    ]
    mustBeTaken(await this.#sender.send(operationsOf(letters), signal))
    const batches = receipts.map((receipt) =>
      createOperation(names.batches, receipt.batch_id, {
        received_at: String(receipt.received_at),
        receipt: { ...receipt, received_at: String(receipt.received_at) },
      }),
    )
    mustBeTaken(await this.#sender.send(operationsOf(batches), signal))
  }

  /** Microseconds that only grow, which a double holds. */
  #nextWritten(): number {
    this.#lastWritten = Math.max(this.#lastWritten + 1, Number(this.#parts.now() / 1_000n))
    return this.#lastWritten
  }

  #remove(operations: readonly Operation[]): Promise<unknown> {
    return this.#inTime((signal) => this.#sender.send(operationsOf(operations), signal))
  }

  /** One step of what a person waits for. Throws LogStoreError `timeout` where it takes too long. */
  async #inTime<T>(step: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const signal = AbortSignal.timeout(PATIENCE_MILLIS)
    try {
      return await step(signal)
    } catch (error) {
      if (!signal.aborted || error !== signal.reason) throw error
      const why = this.stats().obstacle ?? 'Elasticsearch did not answer in time'
      throw new LogStoreError('timeout', why, { cause: error })
    }
  }

  /** Templates and indices are there. All wait for one installing, however long: who has no time leaves it. */
  async #ready(): Promise<void> {
    const { names, shards, replicas } = this.#parts
    this.#installed ??= install(this.#patience(), names, { shards, replicas }).catch((error: unknown) => {
      this.#installed = undefined
      throw error
    })
    await this.#installed
  }

  #patience(millis?: number): Patience {
    return {
      connection: this.#connection,
      random: this.#parts.random,
      signal: this.#closing.signal,
      obstacles: this.#obstacles,
      ...(millis !== undefined && { millis }),
    }
  }

  #mustBeOpen(): void {
    if (this.#closing.signal.aborted) throw closed()
  }
}

/** Nothing of ours is refused, unless somebody changed the indices. */
function mustBeTaken([refused]: readonly RefusedOperation[]): void {
  if (refused !== undefined)
    throw new Error(`Elasticsearch does not take what it needs to know: ${refused.reason}`)
}

function letterOf(source: unknown): DeadLetter {
  const { letter } = z.object({ letter: z.looseObject({}) }).parse(source)
  return DeadLetter.parse({ sample: '', ...letter })
}

function closed(): LogStoreError {
  return new LogStoreError('closed', 'the log store is closed')
}
