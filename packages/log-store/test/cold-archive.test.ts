import { memoryObjects } from '@heartwood/object-store'
import { everyStoreContract } from '../src/contract.ts'
import { memoryLogStore } from '../src/memory/memory-log-store.ts'
import { ALL_COLD } from './tiered/coverages.ts'
import { openTiers } from './tiered/open-tiers.ts'

// The archive has no receipts and no dead letters: those are of the store for recent logs, all events of the archive.
everyStoreContract('an archive, of which every event is', async (settings) => {
  const { openIdempotentWriter, openReader } = memoryLogStore(settings)
  const hot = { openWriter: openIdempotentWriter, openReader }
  return openTiers({ hot, objects: memoryObjects(), coverage: ALL_COLD }, settings)
})
