import { readFileSync, readlinkSync } from 'node:fs'

/** The id that the operating system has for this thread, where it tells (Linux). */
export function threadId(): number | undefined {
  try {
    const id = Number(readlinkSync('/proc/thread-self').split('/').at(-1))
    return Number.isInteger(id) && id > 0 ? id : undefined
  } catch {
    return undefined
  }
}

/** Milliseconds this thread was ready to run and others had the processor; 0 where the system does not tell (Linux does). */
export function waitedMillis(): number {
  try {
    // https://docs.kernel.org/scheduler/sched-stats.html: time on the processor, time waited for it (ns), and a count.
    return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[1]) / 1e6 || 0
  } catch {
    return 0
  }
}

/** Milliseconds this thread has had the processor. */
export function busyMillis(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
