import type { StorageOutput, SystemOutput } from '@heartwood/api'
import type { ReactNode } from 'react'
import { TEST_IDS } from '../../../test-ids.ts'
import { bytesText } from '../../../ui/bytes-text.ts'
import { formatIn } from '../../time-zone/format-time.ts'
import { countText } from '../live/prepare-cards.ts'
import { type ArchiveState, archiveState } from './archive-state.ts'
import { type Forecast, forecastOf } from './forecast.ts'

/** How long logs are kept, what goes next, and how far the disk goes. */
export function Retention({ storage, limits }: { storage: StorageOutput; limits: SystemOutput['limits'] }) {
  const next = nextToGo(storage)
  return (
    <div data-testid={TEST_IDS.retention} className="max-w-3xl text-dim">
      <p>
        {limits.hot_days !== null && (
          <>
            Logs move to the archive <B>{daysText(limits.hot_days)}</B> after they happened
            {limits.max_bytes !== null && (
              <>
                , or when those that are here take nearly <B>{bytesText(limits.max_bytes)}</B>
              </>
            )}
            .{' '}
          </>
        )}
        {limits.hot_days === null ? 'Logs go ' : 'They go from there '}
        <B>{daysText(limits.retention_days)}</B> after they happened or came, whichever is later
        {limits.max_bytes !== null && limits.hot_days === null && (
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
      {limits.hot_days !== null && (
        <p data-testid={TEST_IDS.archive} className="mt-1">
          {archiveSentence(archiveState(storage, limits.hot_days))}
        </p>
      )}
      <p className="mt-1">{sentence(forecastOf(storage, limits), limits.hot_days !== null)}</p>
      <p className="mt-1">
        To change it, start Heartwood with{' '}
        {limits.hot_days !== null ? (
          <>
            other <Setting>HEARTWOOD_HOT_DAYS</Setting> and <Setting>HEARTWOOD_COLD_DAYS</Setting>
            {limits.max_bytes !== null && (
              <>
                {' '}
                or <Setting>HEARTWOOD_MAX_DISK_GB</Setting>
              </>
            )}
            .
          </>
        ) : limits.max_bytes === null ? (
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

function archiveSentence(state: ArchiveState): ReactNode {
  switch (state.kind) {
    case 'away':
      return (
        <span className="text-warn">
          The archive cannot be asked at the moment, and what it has is not counted: {state.reason}.
        </span>
      )
    case 'empty':
      return state.next === undefined ? (
        'There is nothing in the archive yet.'
      ) : (
        <>
          Nothing is old enough for the archive yet: the first that move are those of <B>{state.next.day}</B>,
          on <B>{formatIn('UTC', state.next.at, 'yyyy-MM-dd')}</B>.
        </>
      )
    case 'holds':
      return (
        <>
          The archive has <B>{countText(state.events)} events</B> of <B>{daysText(state.days)}</B>,{' '}
          <B>{bytesText(state.bytes)}</B>.
        </>
      )
  }
}

/** @param isArchived whether logs that have to leave this store are kept elsewhere */
function sentence(forecast: Forecast, isArchived: boolean): ReactNode {
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
          <B>{daysText(forecast.keptDays)}</B> are kept{isArchived && ' here'}.
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
