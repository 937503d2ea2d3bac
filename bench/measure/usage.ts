import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'

export interface Usage {
  /** User and system time since the start of its processes. */
  readonly cpuSeconds: number
  /** Resident memory; pages that processes share count in each. */
  readonly rssBytes: number
}

/** Linux counts the time of processes in hundredths of a second, whatever the kernel's own clock. */
const TICKS_PER_SECOND = 100

/** CPU and memory by app of everything below a supervisor, itself and PostgreSQL included. */
export function usageByApp(supervisor: number): Map<string, Usage> {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid=,rss=,time=,args='], { encoding: 'utf8' })
    .split('\n')
    .flatMap((row) => {
      const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(row)
      if (match === null) return []
      const [, pid, parent, kilobytes, time = '', args = ''] = match
      return [{ pid: Number(pid), parent: Number(parent), rss: Number(kilobytes) * 1024, time, args }]
    })
  const below = new Set([supervisor])
  for (let size = 0; size < below.size; ) {
    size = below.size
    for (const { pid, parent } of rows) if (below.has(parent)) below.add(pid)
  }
  const usage = new Map<string, Usage>()
  for (const { pid, rss, time, args } of rows) {
    if (!below.has(pid)) continue
    const name = pid === supervisor ? 'supervisor' : nameOf(args)
    const sum = usage.get(name) ?? { cpuSeconds: 0, rssBytes: 0 }
    usage.set(name, {
      cpuSeconds: sum.cpuSeconds + cpuSecondsOf(pid, time),
      rssBytes: sum.rssBytes + rss,
    })
  }
  return usage
}

function nameOf(args: string): string {
  return /apps\/(\w+)\/src\/main\.ts/.exec(args)?.[1] ?? (/postgres/.test(args) ? 'postgres' : 'other')
}

/** From /proc where there is one, else as ps says it, `[[dd-]hh:]mm:ss[.cc]`. */
function cpuSecondsOf(pid: number, time: string): number {
  try {
    return secondsOfStat(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return time
      .split(/[-:]/)
      .reverse()
      .reduce((sum, part, index) => sum + Number(part) * ([1, 60, 3_600, 86_400][index] ?? 0), 0)
  }
}

/** proc_pid_stat(5), fields 14 and 15; the name of the program, field 2, may hold spaces. */
function secondsOfStat(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

/**
 * User and system time of the living threads of a process by what they do, from /proc/<pid>/task; empty where there is
 * none (macOS). The time of threads that have ended is in the process's only.
 */
export function threadSeconds(pid: number): Map<ThreadKind, number> {
  const seconds = new Map<ThreadKind, number>()
  if (!existsSync(`/proc/${pid}/task`)) return seconds
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const found = lookAt(pid, Number(thread))
    if (found !== undefined) seconds.set(found.kind, (seconds.get(found.kind) ?? 0) + found.seconds)
  }
  return seconds
}

/** `main` runs the app's JavaScript, `v8` collects garbage and compiles, `libuv` does files and zlib. */
export type ThreadKind = 'main' | 'v8' | 'libuv' | 'other'

function lookAt(pid: number, thread: number): { kind: ThreadKind; seconds: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'latin1')
    const seconds = secondsOfStat(text)
    if (thread === pid) return { kind: 'main', seconds }
    const name = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'))
    if (name.startsWith('V8Worker')) return { kind: 'v8', seconds }
    return { kind: name.startsWith('libuv') ? 'libuv' : 'other', seconds }
  } catch {
    // It ended between the two looks.
    return undefined
  }
}

/** Time that all cores spent on anything, seconds since the machine started. */
export function machineBusySeconds(): number {
  return cpus().reduce((sum, { times }) => sum + (times.user + times.nice + times.sys + times.irq) / 1_000, 0)
}

/** CPU seconds by app between two looks. */
export function cpuBetween(
  before: ReadonlyMap<string, Usage>,
  after: ReadonlyMap<string, Usage>,
): Map<string, number> {
  return new Map(
    [...after].map(([app, { cpuSeconds }]) => [app, cpuSeconds - (before.get(app)?.cpuSeconds ?? 0)]),
  )
}

/** Looks at the memory once a second until disposed of; keeps the most by app. */
export class MemoryWatch implements Disposable {
  readonly peak = new Map<string, number>()
  readonly #stopping = new AbortController()

  constructor(supervisor: number) {
    void this.#watch(supervisor)
  }

  [Symbol.dispose](): void {
    this.#stopping.abort()
  }

  async #watch(supervisor: number): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      for (const [app, { rssBytes }] of usageByApp(supervisor))
        this.peak.set(app, Math.max(this.peak.get(app) ?? 0, rssBytes))
      await pause(1_000, undefined, { signal: this.#stopping.signal }).catch(() => undefined)
    }
  }
}
