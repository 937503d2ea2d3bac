import type { TopRequest, TopValue } from '../port.ts'
import { LogStoreError } from '../port.ts'
import { askParts, type TieredStore } from './ask-parts.ts'
import { commonest } from './commonest.ts'
import { partsOf } from './coverage.ts'
import { ReadSum } from './part-reads.ts'

/** So many values of each part are looked at first, then ten times as many. */
const FIRST_VALUES = 10_000
/** Above this a field has too many different values for its commonest ones to be found over several parts. */
const MOST_VALUES = 1_000_000

/**
 * The commonest values over all parts, exactly. Each part gives its commonest values, as many as it takes until no other value
 * can belong to the answer. Throws LogStoreError `unsupported` where that would be too many.
 */
export async function topOfParts(store: TieredStore, request: TopRequest): Promise<TopValue[]> {
  const { field, limit, onRead, ...asked } = request
  const isOne = partsOf(store.coverage, request.range).length === 1
  const reads = new ReadSum(onRead)
  for (let values = isOne ? limit : Math.max(limit, FIRST_VALUES); ; values *= 10) {
    const lists = await askParts(store, { ...asked, ...reads.told }, (reader, part) =>
      reader.top({ ...part, field, limit: values }),
    )
    const top = isOne ? (lists[0] ?? []) : commonest(lists, { limit, asked: values })
    if (top !== undefined) {
      reads.tell()
      return top
    }
    if (values >= MOST_VALUES) throw tooMany(field)
  }
}

function tooMany(field: string): LogStoreError {
  return new LogStoreError(
    'unsupported',
    `${field} has too many different values for the commonest ones to be found over hot and cold days together: ask about fewer days, or about days of one kind`,
  )
}
