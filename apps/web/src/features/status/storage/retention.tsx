import type { StorageOutput, SystemOutput } from '@heartwood/api'
import type { ReactNode } from 'react'
import { TEST_IDS } from '../../../test-ids.ts'
import { bytesText } from '../../../ui/bytes-text.ts'
import { formatIn } from '../../time-zone/format-time.ts'
import { type Forecast, forecastOf } from './forecast.ts'

/** How long logs are kept, what goes next, and how far the disk goes. */
export function Retention({ storage, limits }: { storage: StorageOutput; limits: SystemOutput['limits'] }) {
  const next = nextToGo(storage)
  return (
    <div data-testid={TEST_IDS.retention} className="max-w-3xl text-dim">
      <p>
        Logs go <B>{daysText(limits.retention_days)}</B> after they happened or came, whichever is later
        {limits.max_bytes !== null && (
          <>
            , or when all take more than <B>{bytesText(limits.max_bytes)}</B>, the oldest first
          </>
        )}
        .{' '}
        {next !== undefined && (
          <>
            By age, those of <B>{next.day}</B> go first, on{' '}
            <B>{formatIn('UTC', next.at, 'yyyy-MM-dd HH:mm')} UTC</B>.
          </>
        )}
      </p>
      <p className="mt-1">{sentence(forecastOf(storage, limits))}</p>
      <p className="mt-1">
        To change it, start Heartwood with{' '}
        {limits.max_bytes === null ? (
          <>
            another <Setting>HEARTWOOD_RETENTION_DAYS</Setting>; what is then too old goes within a minute.
          </>
        ) : (
          <>
            other <Setting>HEARTWOOD_RETENTION_DAYS</Setting> and <Setting>HEARTWOOD_MAX_DISK_GB</Setting>, or
            with <Setting>--retention-days</Setting> and <Setting>--max-disk-gb</Setting>; what is then too
            old or too much goes within a minute.
          </>
        )}
      </p>
    </div>
  )
}

/** The day that is past retention first, epoch milliseconds. */
function nextToGo({ days }: StorageOutput): { day: string; at: number } | undefined {
  const [next] = days
    .flatMap(({ day, kept_until }) => (day === null ? [] : [{ day, at: Date.parse(kept_until) }]))
    .sort((a, b) => a.at - b.at || (a.day < b.day ? -1 : 1))
  return next
}

function sentence(forecast: Forecast): ReactNode {
  switch (forecast.kind) {
    case 'quiet':
      return 'Nothing came in the last 24 hours, so there is no telling how the store will grow.'
    case 'retention':
      return (
        <>
          At the rate of the last 24 hours, {bytesText(forecast.bytesPerDay)} a day, the store stays at about{' '}
          <B>{bytesText(forecast.steadyBytes)}</B>
          {forecast.hasLimit && ': the disk limit is not reached'}.
        </>
      )
    case 'limit':
      return (
        <>
          At the rate of the last 24 hours, {bytesText(forecast.bytesPerDay)} a day, the disk limit is reached{' '}
          <B>{forecast.days < 1 ? 'within a day' : `in ${daysText(forecast.days)}`}</B>; from then on about{' '}
          <B>{daysText(forecast.keptDays)}</B> are kept.
        </>
      )
    case 'disk':
      return (
        <span className="text-warn">
          At the rate of the last 24 hours, {bytesText(forecast.bytesPerDay)} a day, the disk itself is full{' '}
          <B>{forecast.days < 1 ? 'within a day' : `in ${daysText(forecast.days)}`}</B>, before any limit is
          reached: free space, or set a lower limit.
        </span>
      )
  }
}

function daysText(days: number): string {
  const amount = days < 10 ? Math.floor(days * 10) / 10 : Math.floor(days)
  return `${amount.toLocaleString('en')} day${amount === 1 ? '' : 's'}`
}

function B({ children }: { children: ReactNode }) {
  return <strong className="font-semibold text-text">{children}</strong>
}

function Setting({ children }: { children: ReactNode }) {
  return <code className="rounded bg-sunken px-1 text-[12px] whitespace-nowrap">{children}</code>
}
