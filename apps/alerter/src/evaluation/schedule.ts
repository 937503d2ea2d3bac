import { setTimeout as delay } from 'node:timers/promises'
import type { Rule } from '@heartwood/alerts'

/** Evaluates every rule on its own interval, one evaluation of a rule at a time. */
export interface Schedule {
  /** From now on these rules; each begins at once. */
  replace(rules: readonly Rule[]): void
  /** Resolves when the evaluations that were running are over. */
  stop(): Promise<void>
}

export function schedule(evaluate: (rule: Rule) => Promise<void>): Schedule {
  let stopping = new AbortController()
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
      stopping.abort()
      stopping = new AbortController()
      for (const rule of rules) {
        const loop = repeat(rule, stopping.signal).finally(() => running.delete(loop))
        running.add(loop)
      }
    },
    async stop() {
      stopping.abort()
      await Promise.all(running)
    },
  }
}
