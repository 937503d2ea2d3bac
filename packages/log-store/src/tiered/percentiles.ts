import { numbersTogether, percentilesOfNumbers } from '../number-counts.ts'
import type { Numbers, NumbersRequest, Percentiles, PercentilesRequest } from '../port.ts'
import { askParts, type TieredStore } from './ask-parts.ts'
import { partsOf } from './coverage.ts'

/** So many different numbers over all parts are told apart; with more of them percentiles are approximate. */
const MAX_EXACT = 50_000

export async function percentilesOfParts(
  store: TieredStore,
  request: PercentilesRequest,
): Promise<Percentiles> {
  if (partsOf(store.coverage, request.range).length > 1) {
    const { percentiles, groups, ...asked } = request
    return percentilesOfNumbers(await numbersOfParts(store, { ...asked, distinct: MAX_EXACT }), request)
  }
  const parts = await askParts(store, request, (reader, asked) => reader.percentiles(asked))
  return parts[0] ?? { relativeError: 0, groups: [] }
}

export async function numbersOfParts(store: TieredStore, request: NumbersRequest): Promise<Numbers> {
  const parts = await askParts(store, request, (reader, asked) => reader.numbers(asked))
  return numbersTogether(parts, request.distinct)
}
