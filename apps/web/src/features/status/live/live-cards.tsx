import type { SystemOutput } from '@heartwood/api'
import { TEST_IDS } from '../../../test-ids.ts'
import { ProgressBar } from '../../../ui/progress-bar.tsx'
import { Card } from './card.tsx'
import { comingIn, RATE_MILLIS, searchableAfter, stored, storedShare, waiting } from './prepare-cards.ts'
import { type Reading, ratesOf } from './readings.ts'
import { Sparkline } from './sparkline.tsx'

const MEGABYTE = 1_000_000
const FEW_RECORDS = 100

interface LiveCardsProps {
  readonly system: SystemOutput
  /** As of `stored`. */
  readonly bytesHere: number | undefined
  readonly readings: readonly Reading[]
}

/** What comes in, what waits, how late it is found, and what is kept. */
export function LiveCards({ system, bytesHere, readings }: LiveCardsProps) {
  const now = Date.parse(system.at)
  const share = storedShare(bytesHere, system.limits)
  const rates = ratesOf(readings, 'events', RATE_MILLIS)
  const of = (figure: (reading: Reading) => number | undefined) =>
    readings.map((reading) => ({ at: reading.at, value: figure(reading) }))
  return (
    <div className="grid grid-cols-1 gap-3 min-[480px]:grid-cols-2 lg:grid-cols-4">
      <Card title="Coming in" testId={TEST_IDS.rateIn} {...comingIn(readings, system)}>
        <Sparkline
          now={now}
          least={10}
          values={readings.slice(1).map(({ at }, index) => ({ at, value: rates[index] }))}
        />
      </Card>
      <Card title="In the queue" testId={TEST_IDS.queue} {...waiting(system)}>
        {system.queue.records === null ? (
          <Sparkline now={now} least={10 * MEGABYTE} values={of(({ queueBytes }) => queueBytes)} />
        ) : (
          <Sparkline now={now} least={FEW_RECORDS} values={of(({ queueRecords }) => queueRecords)} />
        )}
      </Card>
      <Card title="Searchable after" testId={TEST_IDS.searchableDelay} {...searchableAfter(system)}>
        <Sparkline now={now} least={5_000} values={of(({ delayMillis }) => delayMillis)} />
      </Card>
      <Card title="Stored" testId={TEST_IDS.stored} {...stored(system, bytesHere)}>
        {share !== undefined && (
          <ProgressBar label="Of what logs may take on the disk" share={share} className="mt-6 mb-1" />
        )}
      </Card>
    </div>
  )
}
