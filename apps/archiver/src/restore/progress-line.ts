import { isoFromNanos } from '@heartwood/event'
import type { RestorePlan, RestoreProgress } from '@heartwood/log-store'

/** What a restore does, a line. */
export function progressLine({ day, state, events, of }: RestoreProgress): string {
  const name = isoFromNanos(day.from).slice(0, 10)
  switch (state) {
    case 'copying':
      return `${name}: ${count(events)} of ${count(of)} events`
    case 'comparing':
      return `${name}: ${count(events)} events copied, looking whether Elasticsearch has all of them`
    case 'restored':
      return `${name}: restored, ${count(events)} events`
    case 'hot already':
      return `${name}: hot already`
  }
}

/** What a restore would do, a line a day and one for all. */
export function planLines({ days, events }: RestorePlan): string[] {
  return [
    ...days.map(({ day, events, isHot }) => {
      const name = isoFromNanos(day.from).slice(0, 10)
      return isHot ? `${name}: hot already` : `${name}: ${count(events)} events`
    }),
    `${count(events)} events to copy`,
  ]
}

function count(value: number): string {
  return value.toLocaleString('en-US')
}
