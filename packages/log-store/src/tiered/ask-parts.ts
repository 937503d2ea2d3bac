import type { LogReader, QueryRequest, ReadStats, Tier } from '../port.ts'
import { LogStoreError } from '../port.ts'
import { type Coverage, type Part, partsOf } from './coverage.ts'
import { PartReads } from './part-reads.ts'

/** The readers, and the coverage that holds for the whole of one question. */
export interface TieredStore {
  readonly readers: Readonly<Record<Tier, LogReader>>
  readonly coverage: Coverage
}

export type Ranged = Omit<QueryRequest, 'query'>

/**
 * Asks each tier for its parts of the range: both at once, the parts of one after the other. The answers come oldest first.
 * A tier that is away is left out and named where somebody is told and another part is answered, and so is what a tier itself
 * says that it lacks; a question of which nothing can be answered fails. Any other failure ends both.
 */
export async function askParts<Asked extends Ranged, Answer>(
  { readers, coverage }: TieredStore,
  asked: Asked,
  ask: (reader: LogReader, asked: Asked, part: Part) => Promise<Answer>,
): Promise<Answer[]> {
  const parts = partsOf(coverage, asked.range)
  const reads = new PartReads(parts, coverage)
  const away = new Away(reads, parts, asked.onRead !== undefined)
  const stop = new AbortController()
  const signal = asked.signal === undefined ? stop.signal : AbortSignal.any([asked.signal, stop.signal])
  const answers: { part: Part; answer: Answer }[] = []
  const askTier = async (own: readonly Part[]) => {
    for (const part of own) {
      const onRead = (read: ReadStats) => reads.read(part, read)
      // Who is told nothing gets nothing that lacks something.
      const request = { ...asked, range: part.range, signal, ...(asked.onRead && { onRead }) }
      await ask(readers[part.tier], request, part).then(
        (answer) => answers.push({ part, answer }),
        (error: unknown) => away.orThrow(part, error),
      )
    }
  }
  const byTier = Object.values(Object.groupBy(parts, ({ tier }) => tier))
  try {
    await Promise.all(byTier.map(askTier))
  } catch (error) {
    stop.abort(error)
    throw error
  }
  asked.onRead?.(reads.stats())
  return answers.sort((a, b) => (a.part.range.from < b.part.range.from ? -1 : 1)).map(({ answer }) => answer)
}

/** Which parts of a question could not be answered, and whether it goes on without them. */
export class Away {
  readonly #reads: PartReads
  readonly #isTold: boolean
  #left: number

  /** @param isTold whether somebody is told of what is missing */
  constructor(reads: PartReads, parts: readonly Part[], isTold: boolean) {
    this.#reads = reads
    this.#isTold = isTold
    this.#left = parts.length
  }

  /** Notes that a part is missing; throws where the question cannot do without it. */
  orThrow(part: Part, error: unknown): void {
    if (!this.#isTold || !(error instanceof LogStoreError) || !isAway(error)) throw error
    this.#left--
    if (this.#left === 0) throw error
    this.#reads.lacks(part, error.message)
  }
}

/** Whether the rest of the store can be asked while a tier fails so. */
export function isAway({ code }: LogStoreError): boolean {
  switch (code) {
    case 'unavailable':
    case 'corrupt':
    case 'newer_format':
      return true
    case 'position_gap':
    case 'disk_full':
    case 'superseded':
    case 'unsupported':
    case 'timeout':
    case 'aborted':
    case 'busy':
    case 'closed':
      return false
  }
}
