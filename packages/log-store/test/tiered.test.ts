import { type StoreSettings, sharedStoreContract } from '../src/contract.ts'
import { memoryLogStore } from '../src/memory/memory-log-store.ts'
import type { Coverage } from '../src/tiered/coverage.ts'
import { TieredReader } from '../src/tiered/tiered-reader.ts'
import { reopeningBehindAQueue, writtenBySeveral } from './stores/reopening.ts'
import { bothWriters } from './tiered/both-writers.ts'
import { A_BORDER, ALL_COLD, ALL_HOT, RESTORED_PARTS } from './tiered/coverages.ts'

const COVERAGES: Readonly<Record<string, Coverage>> = {
  'all of it hot': ALL_HOT,
  'all of it cold': ALL_COLD,
  'a border through it': A_BORDER,
  'restored parts in it': RESTORED_PARTS,
}

for (const [name, coverage] of Object.entries(COVERAGES)) {
  sharedStoreContract(
    `tiered, ${name}`,
    async (settings) => {
      const { openReader, openWriter } = tieredStore(settings, coverage)
      return writtenBySeveral({ reader: openReader(), openWriter })
    },
    (settings) => {
      const { openReader, openWriter } = tieredStore(settings, coverage)
      return reopeningBehindAQueue(() => ({ writer: openWriter(), reader: openReader() }))
    },
  )
}

/** Both stores have everything; the coverage alone decides what is read of each. */
function tieredStore(settings: StoreSettings, coverage: Coverage) {
  const hot = memoryLogStore(settings)
  const cold = memoryLogStore(settings)
  return {
    openWriter: () => bothWriters(hot.openIdempotentWriter(), cold.openIdempotentWriter()),
    openReader: () =>
      new TieredReader({ hot: hot.openReader(), cold: cold.openReader() }, async () => coverage),
  }
}
