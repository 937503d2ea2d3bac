import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fieldsOfStat, secondsOf } from './process-table.ts'

/**
 * `main` and `worker` run the app's JavaScript, `v8` collects garbage and compiles, `libuv` does files and zlib, and in query
 * DuckDB's work, `other` is what Node and the profiler have besides.
 */
export type ThreadKind = 'main' | 'worker' | 'v8' | 'libuv' | 'other'

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

function lookAt(pid: number, thread: number): { kind: ThreadKind; seconds: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'latin1')
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'))
    return { kind: thread === pid ? 'main' : kindOf(name), seconds: secondsOf(fieldsOfStat(stat)) }
  } catch {
    // It ended between the two looks.
    return undefined
  }
}

/**
 * By the name that the thread has in the system: Node gives a worker thread the name its code asked for, cut to 15 bytes,
 * and a native library's threads have the name of the thread that made them.
 */
export function kindOf(name: string): ThreadKind {
  if (name.startsWith('V8Worker')) return 'v8'
  if (name.startsWith('libuv')) return 'libuv'
  return OTHERS.test(name) ? 'other' : 'worker'
}

const OTHERS = /^(MainThread|node|DelayedTaskSche|SignalInspector|v8:ProfEvntProc|Inspector|.*duckdb.*)/i
