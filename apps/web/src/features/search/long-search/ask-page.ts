import type { SearchInput, SearchOutput } from '@heartwood/api'
import { type ApiError, apiErrorOf } from '../../../api/api-error.ts'
import { type FoundSoFar, NOTHING_YET, streamSearch } from './stream-search.ts'

/** An answer that comes sooner is shown at once, and whole. */
const PART_MILLIS = 400

/** A page of a search, or as much of it as there is. */
export interface AskedPage {
  readonly question: SearchInput
  readonly answer: SearchOutput
  /** Undefined where the answer is whole. */
  readonly partial: PartialAnswer | undefined
}

export interface PartialAnswer {
  readonly found: FoundSoFar
  /** `stopped` by the reader, or by an error that came before the end. */
  readonly state: 'searching' | 'stopped' | { readonly failed: ApiError }
}

export interface PageOptions {
  readonly url?: string
  /** How often more is shown of what is found, milliseconds. */
  readonly partMillis?: number
  /** Aborts when nobody wants the answer any more: then it rejects. */
  readonly signal: AbortSignal
  /** Aborts when the reader has waited long enough: then what was found is the answer. */
  readonly stop: AbortSignal
  /** Where an earlier search was stopped that this one goes on with. */
  readonly from: FoundSoFar | undefined
  onPart(page: AskedPage): void
}

/** Asks for the first page of a search, and shows what is found while it takes long. */
export async function askPage(question: SearchInput, options: PageOptions): Promise<AskedPage> {
  const { url, signal, stop, from: before = NOTHING_YET, partMillis = PART_MILLIS, onPart } = options
  let found = before
  const showing = every(partMillis, () => onPart(pageOf('searching')))
  const pageOf = (state: PartialAnswer['state']): AskedPage => ({
    question,
    answer: unfinished(found),
    partial: { found, state },
  })
  const rest = {
    ...question,
    limit: Math.max(1, Number(question.limit) - before.logs.length),
    ...(before.next_cursor !== null && { cursor: before.next_cursor }),
  }
  try {
    const answer = await streamSearch(rest, {
      url,
      signal: AbortSignal.any([signal, stop]),
      before,
      onPart(part) {
        found = part
        if (!signal.aborted && !stop.aborted) showing.due()
      },
    })
    return { question, answer, partial: undefined }
  } catch (error) {
    if (signal.aborted) throw error
    if (stop.aborted) return pageOf('stopped')
    // What was found before is worth more than the error alone.
    if (found.next_cursor === null || apiErrorOf(error).transient) throw error
    return pageOf({ failed: apiErrorOf(error) })
  } finally {
    showing.end()
  }
}

/** Does what is due, the last of it too, but only every so many milliseconds. */
function every(millis: number, work: () => void): { due(): void; end(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  return {
    due() {
      timer ??= setTimeout(() => {
        timer = undefined
        work()
      }, millis)
    },
    end: () => clearTimeout(timer),
  }
}

function unfinished({ logs, next_cursor, progress }: FoundSoFar): SearchOutput {
  return {
    total: logs.length,
    total_relation: 'gte',
    logs: [...logs],
    next_cursor,
    read: progress?.read ?? { rows: 0, bytes: 0, segments: 0 },
    took_ms: progress?.took_ms ?? 0,
  }
}
