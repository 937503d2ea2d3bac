import { setTimeout as pause } from 'node:timers/promises'
import { monotonicMicros } from './clock.ts'
import { usageByApp } from './usage.ts'

export interface MemorySample {
  /** Microseconds of the monotonic clock. */
  readonly at: number
  /** Resident bytes by app. */
  readonly bytes: ReadonlyMap<string, number>
}

/** Looks at the memory of each app once a second until disposed of. */
export class MemoryWatch implements Disposable {
  readonly samples: MemorySample[] = []
  readonly #stopping = new AbortController()

  constructor(supervisor: number) {
    void this.#watch(supervisor)
  }

  [Symbol.dispose](): void {
    this.#stopping.abort()
  }

  async #watch(supervisor: number): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const usage = usageByApp(supervisor)
      const bytes = new Map([...usage].map(([app, { rssBytes }]) => [app, rssBytes]))
      this.samples.push({ at: monotonicMicros(), bytes })
      await pause(1_000, undefined, { signal: this.#stopping.signal }).catch(() => undefined)
    }
  }
}

/** The most of each app. */
export function peakOf(samples: readonly MemorySample[]): Map<string, number> {
  const peak = new Map<string, number>()
  for (const { bytes } of samples)
    for (const [app, now] of bytes) peak.set(app, Math.max(peak.get(app) ?? 0, now))
  return peak
}

/** The mean of each app between two moments, by the apps of the last sample; NaN for one that was not there. */
export function meanBetween(samples: readonly MemorySample[], from: number, to: number): Map<string, number> {
  const window = samples.filter(({ at }) => at >= from && at < to)
  return new Map(
    [...(samples.at(-1)?.bytes.keys() ?? [])].map((app) => [
      app,
      window.reduce((sum, { bytes }) => sum + (bytes.get(app) ?? Number.NaN), 0) / window.length,
    ]),
  )
}
