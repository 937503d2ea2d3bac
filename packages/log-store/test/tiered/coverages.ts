import { MAX_NANOS, MIN_NANOS, nanosFromIso } from '@heartwood/event'
import { RECENT } from '../../src/contract/store-under-test.ts'
import type { Coverage } from '../../src/tiered/coverage.ts'

/** When most events of the case files happen. */
const CASES = nanosFromIso('2026-01-01T00:00:00Z') ?? 0n

// Borders through the events of the contract, some of which are nanoseconds apart: the reader cuts days like anything else.

export const ALL_HOT: Coverage = { hotFrom: undefined, restored: [] }

export const ALL_COLD: Coverage = { hotFrom: MAX_NANOS, restored: [] }

export const A_BORDER: Coverage = { hotFrom: RECENT + 1n, restored: [{ from: CASES, to: CASES + 1n }] }

export const RESTORED_PARTS: Coverage = {
  hotFrom: RECENT + 3n,
  restored: [
    { from: MIN_NANOS, to: 0n },
    { from: CASES - 1n, to: CASES },
    { from: RECENT - 1n, to: RECENT + 1n },
  ],
}
