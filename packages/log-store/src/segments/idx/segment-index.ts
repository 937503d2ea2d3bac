import type { EventBatch } from '@heartwood/event'
import type { PlannedColumn } from '../append/column-plan.ts'
import { ROW_GROUP_ROWS } from '../append/parquet-encoder.ts'
import { encodeIdx, type RowGroupParts } from './idx-file.ts'
import { encodePairs } from './letter-pairs.ts'
import { rowGroupTerms } from './row-group-terms.ts'
import { countServices, encodeCounts } from './service-counts.ts'
import { countTimes, encodeTimeCounts } from './time-counts.ts'

/** The `.idx` file of a segment with these rows in the encoder's row groups; takes what `encodeSegment` takes. */
export function segmentIndex(batch: EventBatch, columns: readonly PlannedColumn[]): Uint8Array {
  const groups: RowGroupParts[] = []
  for (let from = 0; from < batch.length; from += ROW_GROUP_ROWS) {
    const to = Math.min(from + ROW_GROUP_ROWS, batch.length)
    const times = countTimes(batch, from, to)
    const { filter, pairs } = rowGroupTerms(batch, columns, from, to)
    groups.push({
      rows: to - from,
      counts: encodeCounts(countServices(batch, from, to)),
      terms: filter,
      pairs: encodePairs(pairs),
      times: times && encodeTimeCounts(times),
    })
  }
  return encodeIdx(groups)
}
