import type { EventBatch } from '@heartwood/event'
import { usedCodes } from '../idx/used-codes.ts'
import { countLevels } from '../manifest/level-counts.ts'
import { sumLevelCounts } from '../manifest/level-counts-sum.ts'
import type { SegmentInfo } from '../manifest/manifest-format.ts'
import { timeBounds } from './time-offsets.ts'

/** What the manifest knows of the rows of a segment, whatever file they are in. */
export type SegmentSummary = Pick<
  SegmentInfo,
  'rows' | 'weight' | 'min_time' | 'max_time' | 'min_receipt' | 'max_receipt' | 'services' | 'counts'
>

const MAX_LISTED_SERVICES = 500

export function summaryOf(batch: EventBatch): SegmentSummary {
  const time = timeBounds(batch.timestamp)
  const receipt = timeBounds(batch.observed_at)
  return {
    rows: batch.length,
    weight: batch.weight.reduce((sum, weight) => sum + weight, 0),
    min_time: time.min,
    max_time: time.max,
    min_receipt: receipt.min,
    max_receipt: receipt.max,
    ...listed(servicesOf(batch)),
    counts: countLevels(batch),
  }
}

/** The summary of all rows of some summaries, one at least. */
export function joinedSummary(summaries: readonly SegmentSummary[]): SegmentSummary {
  const [first] = summaries
  if (first === undefined) throw new Error('no summary to join')
  let { rows, weight, min_time, max_time, min_receipt, max_receipt } = first
  for (const summary of summaries.slice(1)) {
    rows += summary.rows
    weight += summary.weight
    if (summary.min_time < min_time) min_time = summary.min_time
    if (summary.max_time > max_time) max_time = summary.max_time
    if (summary.min_receipt < min_receipt) min_receipt = summary.min_receipt
    if (summary.max_receipt > max_receipt) max_receipt = summary.max_receipt
  }
  const counts = sumLevelCounts(summaries.map((summary) => summary.counts))
  return {
    ...{ rows, weight, min_time, max_time, min_receipt, max_receipt },
    ...joinedServices(summaries),
    ...(counts !== undefined && { counts }),
  }
}

function joinedServices(summaries: readonly SegmentSummary[]): Pick<SegmentSummary, 'services'> {
  const services = new Set<string>()
  for (const summary of summaries) {
    if (summary.services === undefined) return {}
    for (const service of summary.services) services.add(service)
  }
  return listed([...services].sort())
}

function listed(services: string[]): Pick<SegmentSummary, 'services'> {
  return services.length <= MAX_LISTED_SERVICES ? { services } : {}
}

function servicesOf(batch: EventBatch): string[] {
  const column = batch.text.get('service')
  if (column === undefined) return ['']
  const services = new Set<string>()
  if (column.codes.includes(0)) services.add('')
  for (const [code, used] of usedCodes(column, 0, batch.length).entries())
    if (used === 1) services.add(column.values.at(code).toWellFormed())
  return [...services].sort()
}
