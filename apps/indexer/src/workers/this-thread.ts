import { readlinkSync } from 'node:fs'

/** The id that the operating system has for this thread, where it tells (Linux). */
export function threadId(): number | undefined {
  try {
    const id = Number(readlinkSync('/proc/thread-self').split('/').at(-1))
    return Number.isInteger(id) && id > 0 ? id : undefined
  } catch {
    return undefined
  }
}

/** Milliseconds this thread has had the processor. */
export function busyMillis(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
