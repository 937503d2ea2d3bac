import { setTimeout as pause } from 'node:timers/promises'
import type { Subject } from './subject.ts'
import { cpuBetween, usageByApp } from './usage.ts'

/** Tidying looks for work every five seconds; an indexer that has done next to nothing for longer has none. */
const QUIET_MILLIS = 7_000
const QUIET_CORES = 0.05
const MOST_MILLIS = 240_000

/**
 * Waits until the indexer has nothing left to merge; resolves to the seconds that took, or undefined where it was still
 * busy after some minutes.
 */
export async function settled(subject: Subject): Promise<number | undefined> {
  const begun = performance.now()
  while (performance.now() - begun < MOST_MILLIS) {
    const before = usageByApp(subject.pid)
    const segments = await subject.indexerMetric('segments')
    await pause(QUIET_MILLIS)
    const cpu = cpuBetween(before, usageByApp(subject.pid)).get('indexer') ?? 0
    const isQuiet = cpu * 1_000 < QUIET_CORES * QUIET_MILLIS
    if (isQuiet && (await subject.indexerMetric('segments')) === segments)
      return (performance.now() - begun - QUIET_MILLIS) / 1_000
  }
  return undefined
}
