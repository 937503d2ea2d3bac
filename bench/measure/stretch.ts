import { monotonicMicros } from './clock.ts'
import { cpuBetween, machineBusySeconds, type Usage } from './usage.ts'

/** What a stretch of time cost, for each of so many events. */
export interface Cost {
  readonly seconds: number
  /** Microseconds an event, by app and server. */
  readonly cpuMicros: ReadonlyMap<string, number>
  /** Cores that none of them used. */
  readonly othersCores: number
  /** Microseconds of the monotonic clock. */
  readonly window: { readonly from: number; readonly to: number }
}

/** Measures from now on; the function it gives ends the stretch. */
export function stretch(usage: () => ReadonlyMap<string, Usage>): (events: number) => Cost {
  const [before, busyBefore, from] = [usage(), machineBusySeconds(), monotonicMicros()]
  return (events) => {
    const cpu = cpuBetween(before, usage())
    const to = monotonicMicros()
    const seconds = (to - from) / 1e6
    const ours = [...cpu.values()].reduce((sum, used) => sum + used, 0)
    return {
      seconds,
      cpuMicros: new Map([...cpu].map(([name, used]) => [name, (used * 1e6) / events])),
      othersCores: Math.max(0, (machineBusySeconds() - busyBefore - ours) / seconds),
      window: { from, to },
    }
  }
}
