import type { ObjectStore } from '@heartwood/object-store'
import { appendingTo, type StoreSettings, type StoreUnderTest } from '../../src/contract.ts'
import type { IdempotentWriter, LogReader } from '../../src/index.ts'
import type { Coverage } from '../../src/tiered/coverage.ts'
import { TieredReader } from '../../src/tiered/tiered-reader.ts'
import { openColdTier, openColdWriter } from '../cold/cold-tier.ts'
import { temporaryFolder } from '../segments/store-content.ts'
import { reopening } from '../stores/reopening.ts'
import { bothTiers } from './both-tiers.ts'

interface Tiers {
  readonly hot: {
    openWriter(settings: StoreSettings): IdempotentWriter
    openReader(): LogReader
    /** Removes its data. */
    remove?(): Promise<void>
  }
  /** Of the archive; closed with the store. */
  readonly objects: ObjectStore
  /** It alone decides what is read of each: both have everything. */
  readonly coverage: Coverage
}

/** A store for recent logs and the archive of a cluster as one. */
export async function openTiers(
  { hot, objects, coverage }: Tiers,
  settings: StoreSettings,
): Promise<StoreUnderTest> {
  const { dir, [Symbol.asyncDispose]: removeFolder } = await temporaryFolder()
  const positions = new Map<number, bigint>()
  return reopening(
    async () => {
      const writer = hot.openWriter(settings)
      const cold = await openColdWriter({ objects, dir, ...settings })
      const readers = { hot: hot.openReader(), cold: await openColdTier({ objects, dir }) }
      return {
        writer: { ...bothTiers(appendingTo(writer, positions), cold), close: () => writer.close() },
        reader: new TieredReader(readers, async () => coverage),
      }
    },
    async () => {
      await hot.remove?.()
      await objects.close()
      await removeFolder()
    },
  )
}
