import type { AppEntry, Entry, StatementEntry } from './entry.ts'
import { every } from './every.ts'

type Saying = Omit<AppEntry, 'at'> | Omit<StatementEntry, 'at'>

interface Chore {
  /** Comes again after so many milliseconds, `offset` behind the full period. */
  readonly period: number
  readonly offset: number
  /** What is said; `round` counts the periods. */
  readonly says: (round: number) => Saying
}

const CHORES: readonly Chore[] = [
  { period: 60_000, offset: 7_000, says: () => cache('500 changes in 60 seconds. Saving...') },
  { period: 60_000, offset: 7_400, says: () => cache('Background saving terminated with success') },
  { period: 150_000, offset: 31_000, says: () => database('checkpoint starting: time') },
  {
    period: 150_000,
    offset: 43_000,
    says: (round) =>
      database(
        `checkpoint complete: wrote ${900 + ((round * 37) % 700)} buffers (5.1%); write=11.8 s, sync=0.02 s`,
      ),
  },
  {
    period: 180_000,
    offset: 90_000,
    says: () => ({
      kind: 'app',
      service: 'deploy',
      level: 'info',
      logger: 'sync',
      message: 'all applications are in sync',
      fields: { applications: 14 },
    }),
  },
  {
    period: 30_000,
    offset: 3_000,
    says: (round) => ({
      kind: 'app',
      service: 'email',
      level: 'debug',
      logger: 'email.queue',
      message: 'queue looked at',
      fields: { waiting: round % 4 },
    }),
  },
  {
    period: 20_000,
    offset: 11_000,
    says: (round) => ({
      kind: 'app',
      service: 'recommendation',
      level: 'info',
      logger: 'gc',
      message: `GC(${round % 10_000}) Pause Young (Normal) (G1 Evacuation Pause) 612M->304M(1024M) ${4 + (round % 9)}.${round % 10}ms`,
    }),
  },
]

/** What the services do and say without any shopper, between two times (epoch milliseconds, `to` exclusive). */
export function chores(from: number, to: number): Entry[] {
  return CHORES.flatMap(({ period, offset, says }) =>
    every(period, offset, from, to).map((at): Entry => ({ ...says(Math.floor(at / period)), at })),
  )
}

function cache(message: string): Saying {
  return { kind: 'app', service: 'cache', level: 'info', logger: 'M', message }
}

function database(message: string): Saying {
  return { kind: 'statement', service: 'database', severity: 'LOG', pid: 64, message }
}
