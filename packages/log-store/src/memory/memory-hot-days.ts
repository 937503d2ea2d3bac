import type { HotDays } from '../hot-days.ts'
import type { TimeRange } from '../port.ts'
import { isIn, type MemoryState } from './memory-state.ts'

/** Days of a memory store; a look holds up the writes of the range that begin during it. */
export function memoryHotDays(state: MemoryState): HotDays {
  const isOutside = (ranges: readonly TimeRange[]) => {
    return ({ timestamp }: { readonly timestamp: bigint }) => !ranges.some((range) => isIn(range, timestamp))
  }
  return {
    async withoutWrites(range, look) {
      const release = state.holdWrites(range)
      try {
        return await look()
      } finally {
        release()
      }
    },
    async drop(keep) {
      return { events: state.removeWhere(isOutside(await keep())) }
    },
    async recover() {
      state.releaseWrites()
    },
    async hasOutside(ranges) {
      return state.events.some(isOutside(ranges))
    },
  }
}
