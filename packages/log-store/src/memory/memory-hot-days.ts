import { NANOS_PER_DAY } from '@heartwood/event'
import { floorTo } from '../floor-to.ts'
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
      const outside = state.events.filter(isOutside(await keep(undefined)))
      let events = 0
      for (const from of new Set(outside.map(({ timestamp }) => floorTo(timestamp, NANOS_PER_DAY)))) {
        const day = { from, to: from + NANOS_PER_DAY }
        const release = state.holdWrites(day)
        try {
          const isGone = isOutside(await keep(day))
          events += state.removeWhere((event) => isIn(day, event.timestamp) && isGone(event))
        } finally {
          release()
        }
      }
      return { events }
    },
    async recover() {
      state.releaseWrites()
    },
    async hasOutside(ranges) {
      return state.events.some(isOutside(ranges))
    },
  }
}
