import { HEALTHY } from '../shop/condition.ts'
import type { Entry } from '../shop/entry.ts'
import { every } from '../shop/every.ts'
import type { Script } from './incident.ts'
import { between, kubelet } from './said.ts'

const LOGGER = 'c.s.recommendation.ModelCache'
const POD = { pod: 'recommendation-5b7c6d9f4-8kq2m', limit: '1Gi' }
/** It goes on for the first so much of the time; then it is killed, and starts. */
const UNTIL_KILLED = 0.7

/** Recommendation keeps too much in memory: it collects garbage instead of answering, and is killed and restarted. */
export const memoryPressure: Script = {
  cause: 'recommendation',
  conditionOf(service, at, { from, to }) {
    if (service !== 'recommendation') return HEALTHY
    const passed = (at - from) / (to - from)
    return passed < UNTIL_KILLED ? { kind: 'slow', millis: 350 + passed * 2_500 } : { kind: 'silent' }
  },
  lines(incident, from, to) {
    const { from: begun, to: ended } = incident
    const killed = begun + (ended - begun) * UNTIL_KILLED
    const said = { kind: 'app', service: 'recommendation' } as const
    const collecting = every(4_000, begun % 4_000, begun, killed).map((at, round): Entry => {
      const message = `GC(${4100 + round}) Pause Full (G1 Compaction Pause) 1019M->${990 + (round % 20)}M(1024M) ${600 + 19 * round}.4ms`
      return { ...said, at, level: 'warn', logger: 'gc', message }
    })
    const growing = every(15_000, begun % 15_000, begun, killed).map((at, round): Entry => {
      const message = `cache holds ${(1_100_000 + 61_000 * round).toLocaleString('en')} models and never evicts (cache.max-entries is not set since 3.8.0)`
      return { ...said, at, level: 'error', logger: LOGGER, message }
    })
    const lines: readonly Entry[] = [
      ...collecting,
      ...growing,
      {
        ...said,
        at: killed,
        level: 'fatal',
        logger: LOGGER,
        message: 'out of memory: Java heap space',
        stack: [
          'java.lang.OutOfMemoryError: Java heap space',
          '\tat shop.recommendation.ModelCache.load(ModelCache.java:71)',
          '\tat shop.recommendation.Ranker.rank(Ranker.java:140)',
        ],
      },
      kubelet(killed + 1_000, 'warn', 'Container recommendation was OOMKilled, restarting it', POD),
      {
        ...said,
        at: ended,
        level: 'info',
        logger: 'c.s.recommendation.Application',
        message: 'started in 9.4 s',
      },
    ]
    return between(lines, from, to)
  },
}
