import type { MissingJson, ReadJson } from '@heartwood/api'
import { bytesText } from '../../../ui/bytes-text.ts'

/** What of an answer is from the archive, in few words; undefined where nothing is. */
export function archiveText({ tiers, missing = [], fetched }: ReadJson): string | undefined {
  // A store that is one, of which old files lie elsewhere.
  if (tiers === undefined)
    return fetched === undefined ? undefined : `${bytesText(fetched)} fetched from the archive`
  const cold = tiers.find(({ tier }) => tier === 'cold')
  const isMissing = missing.some(({ tier, events }) => tier === 'cold' && events === undefined)
  if (cold === undefined || isMissing) return undefined
  const isAll = tiers.length === 1
  const bytes = cold.fetched === undefined ? '' : `, ${bytesText(cold.fetched)} fetched`
  const last = cold.ranges.at(-1)?.to
  if (isAll) return `from the archive${bytes}`
  return `${last === undefined ? 'partly' : `until ${dayBefore(last)}`} from the archive${bytes}`
}

/** A part that an answer lacks, as a sentence. */
export function missingText({ from, to, tier, events, reason }: MissingJson): string {
  const first = from === undefined ? undefined : dayOf(from)
  const last = to === undefined ? undefined : dayBefore(to)
  const days =
    first === last && first !== undefined
      ? `of ${first}`
      : `${first === undefined ? 'from the beginning' : `from ${first}`} ${last === undefined ? 'to the end' : `to ${last}`}`
  const where = tier === 'cold' ? 'the archive' : 'the store for recent logs'
  if (events === undefined) return `What is in ${where} ${days} is missing: ${reason}.`
  return `Up to ${events.toLocaleString('en-US')} events ${days} in ${where} are missing: ${reason}.`
}

/** UTC: tiers change at its midnights. */
function dayOf(iso: string): string {
  return iso.slice(0, 10)
}

/** The UTC day of the last moment before. */
function dayBefore(iso: string): string {
  return new Date(Date.parse(iso) - 1).toISOString().slice(0, 10)
}
