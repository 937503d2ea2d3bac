import { setTimeout as delay } from 'node:timers/promises'
import type { Rule } from '@heartwood/alerts'

/** Evaluates every rule on its own interval, one evaluation of a rule at a time. */
export interface Schedule {
  /** From now on these rules. Those that were not among them before begin at once, the others go on as they were. */
  replace(rules: readonly Rule[]): void
  /** Resolves when the evaluations that were running are over. */
  stop(): Promise<void>
}

export function schedule(evaluate: (rule: Rule) => Promise<void>): Schedule {
  const loops = new Map<Rule, AbortController>()
  const running = new Set<Promise<void>>()
  const repeat = async (rule: Rule, signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      const started = performance.now()
      await evaluate(rule)
      const rest = Math.max(0, rule.every - (performance.now() - started))
      await delay(rest, undefined, { signal }).catch(() => undefined)
    }
  }
  return {
    replace(rules) {
      const wanted = new Set(rules)
      for (const [rule, stopping] of loops) {
        if (wanted.has(rule)) continue
        stopping.abort()
        loops.delete(rule)
      }
      for (const rule of wanted) {
        if (loops.has(rule)) continue
        const stopping = new AbortController()
        loops.set(rule, stopping)
        const loop = repeat(rule, stopping.signal).finally(() => running.delete(loop))
        running.add(loop)
      }
    },
    async stop() {
      for (const stopping of loops.values()) stopping.abort()
      loops.clear()
      await Promise.all(running)
    },
  }
}
