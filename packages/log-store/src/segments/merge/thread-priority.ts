import { readlinkSync } from 'node:fs'
import { constants, setPriority } from 'node:os'

/**
 * Lets every other thread of the machine go first when there is not enough CPU for all. Only Linux has priorities of
 * threads, and may refuse; then nothing changes.
 */
export function yieldToOthers(): void {
  try {
    // Read by this very thread: an asynchronous call would name a thread of the pool.
    const id = /\d+$/.exec(readlinkSync('/proc/thread-self'))?.[0]
    if (id !== undefined) setPriority(Number(id), constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // It is an improvement, not a need.
  }
}
