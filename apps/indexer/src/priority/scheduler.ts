import { readFileSync, writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import type { Priority } from './priority.ts'

/** What the operating system calls it: a nice value of 5 is a third of the processor against one of 0. */
const NICE = { normal: 0, 'behind queries': 5 } as const satisfies Record<Priority, number>

/**
 * Tells Linux the priority of threads, by their ids. Where it does not let this process take a lowered priority back, none
 * is lowered. Failures are ignored: it is about who waits for whom, not about what is done.
 */
export function setThreadPriority(threads: Iterable<number>, priority: Priority): void {
  if (!mayRaisePriority()) return
  for (const thread of threads) ignoringFailure(() => setPriority(thread, NICE[priority]))
}

/**
 * The same for the whole process where Linux schedules sessions as groups (autogroup): there the values of single threads
 * only count within the session, and each app is one. To take it back needs no right.
 */
export function setSessionPriority(priority: Priority): void {
  ignoringFailure(() => writeFileSync('/proc/self/autogroup', String(NICE[priority])))
}

function mayRaisePriority(): boolean {
  const read = (name: string) => {
    try {
      return readFileSync(`/proc/self/${name}`, 'utf8')
    } catch {
      return ''
    }
  }
  return canRaise(read('status'), read('limits'))
}

const CAP_SYS_NICE = 1n << 23n
/** The limit counts from 20 down: 20 allows a nice value of 0. */
const LIMIT_FOR_NORMAL = 20

/** Whether a process with this `/proc/self/status` and `/proc/self/limits` may take a lowered priority back. */
export function canRaise(status: string, limits: string): boolean {
  const capabilities = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1]
  if (capabilities !== undefined && (BigInt(`0x${capabilities}`) & CAP_SYS_NICE) !== 0n) return true
  const limit = /^Max nice priority\s+(\S+)/m.exec(limits)?.[1]
  return limit === 'unlimited' || Number(limit) >= LIMIT_FOR_NORMAL
}

function ignoringFailure(task: () => void): void {
  try {
    task()
  } catch {
    // Another system, or one that does not allow it.
  }
}
