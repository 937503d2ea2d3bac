import type { LogEvent } from '@heartwood/event'
import type { LogReader, SearchPage, SearchRequest } from '../port.ts'
import { LogStoreError } from '../port.ts'
import { Away, type TieredStore } from './ask-parts.ts'
import { type Part, partsOf } from './coverage.ts'
import { PartProgress, PartReads } from './part-reads.ts'

/** A page: the parts are searched one after the other in the order of the page, and no further than it needs. */
export async function searchParts(
  { readers, coverage }: TieredStore,
  request: SearchRequest,
): Promise<SearchPage> {
  const parts = partsBehind(partsOf(coverage, request.range), request)
  const reads = new PartReads(parts, coverage)
  const away = new Away(reads, parts, request.onRead !== undefined)
  const progress = new PartProgress()
  const events: LogEvent[] = []
  let more = false
  for (const [index, part] of parts.entries()) {
    if (request.signal?.aborted) throw new LogStoreError('aborted', 'the question was withdrawn')
    const { after, onRead, ...without } = request
    const asked: SearchRequest = {
      ...without,
      range: part.range,
      limit: request.limit - events.length,
      ...(onRead && { onRead: (read) => reads.read(part, read) }),
      // The parts behind the first one have nothing before it.
      ...(index === 0 && after !== undefined && { after }),
    }
    const told: LogEvent[] = []
    try {
      if (asked.limit === 0) more = await hasAny(readers[part.tier], asked)
      else {
        const page = await readers[part.tier].search(telling(asked, part, progress, told))
        events.push(...page.events)
        more = page.more
      }
    } catch (error) {
      away.orThrow(part, error)
      events.push(...told)
    }
    if (more) break
  }
  request.onRead?.(reads.stats())
  return { events, more }
}

/** The parts in the order of the page, without those that lie before the place where it goes on; one at least. */
function partsBehind(oldestFirst: readonly Part[], { order = 'newest', after }: SearchRequest): Part[] {
  const isBehind = ({ range }: Part) =>
    after === undefined || (order === 'newest' ? range.from <= after.timestamp : range.to > after.timestamp)
  const parts = order === 'newest' ? oldestFirst.toReversed() : oldestFirst
  return parts.filter((part, index) => index === parts.length - 1 || isBehind(part))
}

/** The search with what it tells brought into that of the whole; the rows it tells are noted too. */
function telling(
  { onRows, onProgress, ...asked }: SearchRequest,
  part: Part,
  progress: PartProgress,
  told: LogEvent[],
): SearchRequest {
  return {
    ...asked,
    ...(onRows && {
      onRows: (events) => {
        told.push(...events)
        onRows(events)
      },
    }),
    ...(onProgress && {
      onProgress: ({ reached, ...latest }) => onProgress({ ...progress.progress(part, latest), reached }),
    }),
  }
}

/** Whether anything follows a full page. */
async function hasAny(reader: LogReader, { onRows, onProgress, ...asked }: SearchRequest): Promise<boolean> {
  return (await reader.search({ ...asked, limit: 1 })).events.length > 0
}
