import type { ReaderLimits } from '@heartwood/log-store'
import type { App } from '@heartwood/runtime'
import { damagedIndexCounter } from '../metrics.ts'

/** What this app does about what goes wrong in a reader of segments, wherever these are. */
export function readerTroubles({
  log,
  metrics,
  stopping,
}: App): Required<Pick<ReaderLimits, 'onLost' | 'onDamagedIndex'>> {
  const damagedIndexes = damagedIndexCounter(metrics)
  return {
    onLost(error) {
      log.fatal({ err: error }, 'DuckDB failed for good')
      void stopping.stop('DuckDB failed for good', 1)
    },
    onDamagedIndex(file, error) {
      damagedIndexes.inc()
      log.warn({ err: error, file }, 'the index of a segment is damaged: it is read without')
    },
  }
}
