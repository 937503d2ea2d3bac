import { QueueError } from '../port.ts'
import type { Disk } from './operations.ts'

const FRESH_MILLIS = 1000
const LARGEST_SHARE = 0.05

/** Keeps `reserveBytes` of the disk free for those who must still write when accepting has stopped. */
export interface SpaceReserve {
  /** Throws QueueError `disk_full` if `bytes` more would eat into the reserve. */
  admit(bytes: number): Promise<void>
}

/** On a small disk the reserve is a twentieth of it. Free space is asked once a second, or once a quarter of the slack. */
export function spaceReserve(disk: Disk, dir: string, reserveBytes: number): SpaceReserve {
  let checkedAt = Number.NEGATIVE_INFINITY
  let slack = 0
  let spent = 0
  return {
    async admit(bytes) {
      const now = performance.now()
      if (now - checkedAt > FRESH_MILLIS || spent + bytes > slack / 4) {
        const { free, size } = await disk.space(dir)
        slack = free - Math.min(reserveBytes, size * LARGEST_SHARE)
        spent = 0
        checkedAt = now
      }
      if (spent + bytes > slack)
        throw new QueueError('disk_full', 'the disk of the queue has too little space left')
      spent += bytes
    },
  }
}
