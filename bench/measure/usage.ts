import { cpus } from 'node:os'
import { below, processTable } from './process-table.ts'

export interface Usage {
  /** User and system time since the start of its processes. */
  readonly cpuSeconds: number
  readonly rssBytes: number
}

/** CPU and memory by app of everything below a supervisor, itself and PostgreSQL included. */
export function usageByApp(supervisor: number): Map<string, Usage> {
  const table = processTable()
  const ours = below(supervisor, table)
  const usage = new Map<string, Usage>()
  for (const { pid, cpuSeconds, rssBytes, args } of table) {
    if (!ours.has(pid)) continue
    const name = pid === supervisor ? 'supervisor' : nameOf(args)
    const sum = usage.get(name) ?? { cpuSeconds: 0, rssBytes: 0 }
    usage.set(name, { cpuSeconds: sum.cpuSeconds + cpuSeconds, rssBytes: sum.rssBytes + rssBytes })
  }
  return usage
}

/** What a command line without an app of ours is of. */
const OTHERS: readonly (readonly [RegExp, string])[] = [
  [/bench\/generator\/main\.ts/, 'generator'],
  [/bench\/plain-way\/producer-process\.ts/, 'plain producer'],
  [/bench\/plain-way\/consumer-process\.ts/, 'plain consumer'],
  [/kafka\.Kafka/, 'kafka'],
  [/elasticsearch/, 'elasticsearch'],
  [/postgres/, 'postgres'],
  [/versitygw/, 's3'],
]

function nameOf(args: string): string {
  const app = /apps\/(\w+)\/src\/main\.ts/.exec(args)?.[1]
  return app ?? OTHERS.find(([pattern]) => pattern.test(args))?.[1] ?? 'other'
}

/** CPU seconds by app between two looks; what an ended process used before its end is not known. */
export function cpuBetween(
  before: ReadonlyMap<string, Usage>,
  after: ReadonlyMap<string, Usage>,
): Map<string, number> {
  return new Map(
    [...after].map(([app, { cpuSeconds }]) => [
      app,
      Math.max(0, cpuSeconds - (before.get(app)?.cpuSeconds ?? 0)),
    ]),
  )
}

/** Time that all cores spent on anything, seconds since the machine started. */
export function machineBusySeconds(): number {
  return cpus().reduce((sum, { times }) => sum + (times.user + times.nice + times.sys + times.irq) / 1_000, 0)
}
