import { concatBatches, type DeadLetter, type EventBatch, type Nanos } from '@heartwood/event'
import type { Append, BatchReceipt } from '@heartwood/log-store'

/** What one queue record brings to a commit. A record that was absorbed, being a resend, brings nothing but its position. */
export interface CommitPart {
  readonly position: bigint
  readonly batch: EventBatch | undefined
  readonly deadLetters: readonly DeadLetter[]
  readonly receipt: BatchReceipt | undefined
  /** Inflated bytes of the body. */
  readonly bytes: number
  readonly receivedAt: Nanos | undefined
}

export interface GroupLimits {
  readonly rows: number
  /** Inflated bytes of the bodies. */
  readonly bytes: number
  /** Rows times attribute keys: a column has room for every row, so this is what a commit takes of memory. */
  readonly cells: number
  /** How long the first record may wait for more. */
  readonly millis: number
}

export const GROUP_LIMITS: GroupLimits = {
  rows: 65_536,
  bytes: 16 * 1024 * 1024,
  cells: 16_000_000,
  millis: 300,
}

/** Consecutive queue records of a partition that are committed as one. */
export class CommitGroup {
  readonly parts: CommitPart[] = []
  /** When the group has to be committed, milliseconds of `performance.now()`. */
  readonly due: number
  readonly #limits: GroupLimits
  readonly #batchIds = new Set<string>()
  readonly #keys = new Set<string>()
  #rows = 0
  #bytes = 0

  constructor(limits: GroupLimits, startedAt: number) {
    this.#limits = limits
    this.due = startedAt + limits.millis
  }

  /** Whether the cells of the part fit beside the others; a group without parts takes any. */
  takes({ batch }: CommitPart): boolean {
    if (this.parts.length === 0 || batch === undefined) return true
    const keys = new Set([...this.#keys, ...batch.attributes.keys()])
    return (this.#rows + batch.length) * keys.size <= this.#limits.cells
  }

  add(part: CommitPart): void {
    this.parts.push(part)
    this.#rows += part.batch?.length ?? 0
    this.#bytes += part.bytes
    for (const key of part.batch?.attributes.keys() ?? []) this.#keys.add(key)
    if (part.receipt !== undefined) this.#batchIds.add(part.receipt.batch_id)
  }

  /** Whether a record with this batch id is in the group already: the store cannot know it yet. */
  has(batchId: string): boolean {
    return this.#batchIds.has(batchId)
  }

  get full(): boolean {
    const { rows, bytes, cells } = this.#limits
    return this.#rows >= rows || this.#bytes >= bytes || this.#rows * this.#keys.size >= cells
  }
}

/** The commit of some parts that follow the committed position `from`. */
export function appendOf(partition: number, from: bigint | null, parts: readonly CommitPart[]): Append {
  const last = parts.at(-1)
  if (last === undefined) throw new Error('a commit needs at least one queue record')
  return {
    partition,
    from,
    to: last.position,
    events: concatBatches(
      parts.flatMap(({ batch }) => (batch === undefined || batch.length === 0 ? [] : [batch])),
    ),
    deadLetters: parts.flatMap(({ deadLetters }) => deadLetters),
    batches: parts.flatMap(({ receipt }) => (receipt === undefined ? [] : [receipt])),
  }
}
