import { DeadLetter, type DeadLetterFilter, matchesLetter } from '@heartwood/event'
import { z } from 'zod'
import type { BatchReceipt } from '../../port.ts'
import { documentId, type IndexNames } from '../names.ts'
import { type Asking, ask } from './asking.ts'

/** What is kept beside the events: receipts of batches and dead letters, one document each (side-mappings.ts). */

const StoredReceipt = z.object({
  _source: z.object({
    receipt: z.object({
      batch_id: z.string(),
      received_at: z.string().transform(BigInt),
      events: z.number(),
      dead_letters: z.number(),
    }),
  }),
})

export async function receiptOf(
  asking: Asking,
  names: IndexNames,
  batchId: string,
): Promise<BatchReceipt | undefined> {
  const answer = await ask(asking, { method: 'GET', path: documentPath(names.batches, batchId) })
  return answer === undefined ? undefined : StoredReceipt.parse(answer)._source.receipt
}

const PAGE = 500
const Letters = z.object({
  hits: z.object({
    total: z.object({ value: z.number() }).optional(),
    hits: z.array(z.object({ _source: z.object({ letter: DeadLetter, written: z.number() }) })),
  }),
})
const StoredLetter = z.object({ _source: z.object({ written: z.number() }) })

/** Letters are in the order in which they were written; of the same moment, in that of their ids. */
const NEWEST_FIRST = [{ written: 'desc' }, { id: 'desc' }]
type Place = readonly [written: number, id: string]

/** Newest first, by when they were put aside. */
export async function letterPage(
  asking: Asking,
  names: IndexNames,
  { limit, before }: { readonly limit: number; readonly before?: string },
): Promise<{ items: DeadLetter[]; total: number }> {
  const total = await letterCount(asking, names)
  const place = before === undefined ? undefined : await placeOf(asking, names, before)
  if (before !== undefined && place === undefined) return { items: [], total }
  const items: DeadLetter[] = []
  for await (const letters of letterPages(asking, names, place)) {
    items.push(...letters.slice(0, limit - items.length))
    if (items.length >= limit) break
  }
  return { items, total }
}

export async function* lettersWhere(
  asking: Asking,
  names: IndexNames,
  filter: DeadLetterFilter,
): AsyncGenerator<DeadLetter> {
  for await (const letters of letterPages(asking, names, undefined))
    for (const letter of letters) if (matchesLetter(filter, letter)) yield letter
}

export async function letterCount(asking: Asking, names: IndexNames): Promise<number> {
  const { hits } = await askLetters(asking, names, { size: 0, track_total_hits: true })
  return hits.total?.value ?? 0
}

async function* letterPages(
  asking: Asking,
  names: IndexNames,
  place: Place | undefined,
): AsyncGenerator<DeadLetter[]> {
  let behind = place
  for (;;) {
    const { hits } = await askLetters(asking, names, {
      size: PAGE,
      track_total_hits: false,
      sort: NEWEST_FIRST,
      ...(behind !== undefined && { search_after: behind }),
    })
    if (hits.hits.length > 0) yield hits.hits.map(({ _source }) => _source.letter)
    if (hits.hits.length < PAGE) return
    const last = hits.hits.at(-1)?._source
    behind = last && [last.written, last.letter.id]
  }
}

async function askLetters(asking: Asking, names: IndexNames, body: object): Promise<z.infer<typeof Letters>> {
  const path = `/${encodeURIComponent(names.deadLetters)}/_search`
  const query = { allow_partial_search_results: false }
  return Letters.parse((await ask(asking, { method: 'POST', path, query, body })) ?? { hits: { hits: [] } })
}

async function placeOf(asking: Asking, names: IndexNames, id: string): Promise<Place | undefined> {
  const answer = await ask(asking, { method: 'GET', path: documentPath(names.deadLetters, id) })
  return answer === undefined ? undefined : [StoredLetter.parse(answer)._source.written, id]
}

function documentPath(index: string, id: string): string {
  return `/${encodeURIComponent(index)}/_doc/${encodeURIComponent(documentId(id))}`
}
