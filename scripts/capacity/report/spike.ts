import { bytesText, countText, minutesText } from '../quantity.ts'
import type { Minute } from '../spike/simulate.ts'
import { lagRecords, whatIsSeen } from '../spike/what-is-seen.ts'
import type { Capacity } from './capacity.ts'
import { table } from './table.ts'

/** The spike in a sentence or two, and minute by minute. */
export function spikeLines(capacity: Capacity, { allMinutes }: { readonly allMinutes: boolean }): string[] {
  const { spike, demand, costs, plan } = capacity
  const most = (of: (minute: Minute) => number) => Math.max(...spike.minutes.map(of))
  const waiting = most(({ waiting }) => waiting)
  const refused = most(({ refusedPerSecond }) => refusedPerSecond)
  const bytes = waiting * demand.eventBytes * costs.queueBytesShare.value
  const end = spike.minutes.at(-1)
  return [
    `${countText(plan.peakPerSecond)} events/s come and ${countText(plan.indexedPerSecond)}/s become searchable; ${outcome(end, refused)}.`,
    `Most in Kafka: ${countText(waiting)} events, ${bytesText(bytes)} a copy. Greatest lag: ${minutesText(most(({ lagMinutes }) => lagMinutes))}.`,
    spike.drainedAt === undefined
      ? `Nothing is drained after ${minutesText(end?.minute ?? 0)}.`
      : `Drained ${minutesText(Math.max(0, spike.drainedAt - demand.peakMinutes))} after the spike. Live tails show what indexers read, so they are as late.`,
    `lag_records is heartwood_indexer_partition_lag_records over all partitions, which Status shows too: ${countText(demand.eventsPerRequest)} events are one.`,
    '',
    ...table(
      ['minute', 'offered/s', 'refused/s', 'searchable/s', 'waiting', 'lag_records', 'lag', 'what is seen'],
      shownMinutes(capacity, allMinutes).map((minute) => minuteRow(minute, capacity)),
    ),
  ]
}

function outcome(end: Minute | undefined, refusedPerSecond: number): string {
  const refused =
    refusedPerSecond > 0 ? `up to ${countText(refusedPerSecond)}/s are refused` : 'nothing is refused'
  const lost =
    end !== undefined && end.lost > 0 ? `${countText(end.lost)} events are lost` : 'nothing is lost'
  return `${refused} and ${lost}`
}

function minuteRow(minute: Minute, { demand }: Capacity): string[] {
  const { peakMinutes, kafkaHours, eventsPerRequest } = demand
  return [
    String(minute.minute),
    countText(Math.round(minute.offeredPerSecond)),
    countText(Math.round(minute.refusedPerSecond)),
    countText(Math.round(minute.searchablePerSecond)),
    countText(Math.round(minute.waiting)),
    countText(lagRecords(minute, eventsPerRequest)),
    minutesText(minute.lagMinutes),
    whatIsSeen(minute, { peakMinutes, kafkaMinutes: kafkaHours * 60 }).join('; '),
  ]
}

/** Of a spike of an hour, every tenth minute, then every hour; the first, the last of the spike and the end always. */
function shownMinutes({ spike, demand }: Capacity, all: boolean): Minute[] {
  const step = Math.max(1, Math.round(demand.peakMinutes / 6))
  return spike.minutes.filter(({ minute }, index) => {
    const isEdge = index === 0 || index === spike.minutes.length - 1 || minute === demand.peakMinutes
    const every = minute <= demand.peakMinutes ? step : 60
    return all || isEdge || minute % every === 0
  })
}
