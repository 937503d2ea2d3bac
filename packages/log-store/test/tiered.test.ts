import { MAX_NANOS, MIN_NANOS, nanosFromIso } from '@heartwood/event'
import { RECENT } from '../src/contract/store-under-test.ts'
import { appendingTo, type StoreSettings, sharedStoreContract } from '../src/contract.ts'
import type { IdempotentWriter } from '../src/index.ts'
import { memoryLogStore } from '../src/memory/memory-log-store.ts'
import type { Coverage } from '../src/tiered/coverage.ts'
import { TieredReader } from '../src/tiered/tiered-reader.ts'
import { bothWriters } from './tiered/both-writers.ts'

/** When most events of the case files happen. */
const CASES = nanosFromIso('2026-01-01T00:00:00Z') ?? 0n

/** Borders through the events of the contract, some of which are nanoseconds apart: the reader cuts days like anything else. */
const COVERAGES: Readonly<Record<string, Coverage>> = {
  'all of it hot': { hotFrom: undefined, restored: [] },
  'all of it cold': { hotFrom: MAX_NANOS, restored: [] },
  'a border through it': { hotFrom: RECENT + 1n, restored: [{ from: CASES, to: CASES + 1n }] },
  'restored parts in it': {
    hotFrom: RECENT + 3n,
    restored: [
      { from: MIN_NANOS, to: 0n },
      { from: CASES - 1n, to: CASES },
      { from: RECENT - 1n, to: RECENT + 1n },
    ],
  },
}

for (const [name, coverage] of Object.entries(COVERAGES)) {
  sharedStoreContract(
    `tiered, ${name}`,
    async (settings) => {
      const { openReader, openWriter } = tieredStore(settings, coverage)
      const reader = openReader()
      const writers: IdempotentWriter[] = []
      return {
        reader,
        async openWriter() {
          const writer = openWriter()
          writers.push(writer)
          return writer
        },
        async [Symbol.asyncDispose]() {
          for (const writer of writers) await writer.close()
          await reader.close()
        },
      }
    },
    async (settings) => {
      const { openReader, openWriter } = tieredStore(settings, coverage)
      const positions = new Map<number, bigint>()
      const open = () => ({ writer: openWriter(), reader: openReader() })
      let opened = open()
      const close = async () => {
        await opened.reader.close()
        await opened.writer.close()
      }
      return {
        get writer() {
          return appendingTo(opened.writer, positions)
        },
        get reader() {
          return opened.reader
        },
        async reopen() {
          await close()
          opened = open()
        },
        [Symbol.asyncDispose]: close,
      }
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
