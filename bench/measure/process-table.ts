import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

export interface ProcessRow {
  readonly pid: number
  readonly parent: number
  /** User and system time so far. */
  readonly cpuSeconds: number
  /** Resident memory; pages that processes share count in each. */
  readonly rssBytes: number
  /** The command line. */
  readonly args: string
}

/** Linux counts the time of processes in hundredths of a second, whatever the kernel's own clock. */
const TICKS_PER_SECOND = 100

/** All processes: from /proc where there is one, since starting `ps` every second would be load of its own. */
export function processTable(): ProcessRow[] {
  if (!existsSync('/proc/self/stat')) return tableOfPs()
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? rowOfProc(Number(name)) : []))
}

function rowOfProc(pid: number): ProcessRow[] {
  try {
    const fields = fieldsOfStat(readFileSync(`/proc/${pid}/stat`, 'latin1'))
    const rss = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    const parent = Number(fields[1])
    return [{ pid, parent, cpuSeconds: secondsOf(fields), rssBytes: Number(rss ?? 0) * 1024, args }]
  } catch {
    // It ended between the two looks.
    return []
  }
}

/** proc_pid_stat(5) from field 3 on; the name of the program, field 2, may hold spaces. */
export function fieldsOfStat(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

/** Fields 14 and 15: user and system time. */
export function secondsOf(fields: readonly string[]): number {
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

function tableOfPs(): ProcessRow[] {
  return execFileSync('ps', ['-eo', 'pid=,ppid=,rss=,time=,args='], { encoding: 'utf8' })
    .split('\n')
    .flatMap((row) => {
      const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(row)
      if (match === null) return []
      const [, pid, parent, kilobytes, time = '', args = ''] = match
      return [
        {
          pid: Number(pid),
          parent: Number(parent),
          cpuSeconds: secondsOfPs(time),
          rssBytes: Number(kilobytes) * 1024,
          args,
        },
      ]
    })
}

/** `[[dd-]hh:]mm:ss[.cc]` */
function secondsOfPs(time: string): number {
  return time
    .split(/[-:]/)
    .reverse()
    .reduce((sum, part, index) => sum + Number(part) * ([1, 60, 3_600, 86_400][index] ?? 0), 0)
}

/** The pids of a process and of all below it. */
export function below(root: number, table: readonly ProcessRow[]): Set<number> {
  const found = new Set([root])
  for (let size = 0; size < found.size; ) {
    size = found.size
    for (const { pid, parent } of table) if (found.has(parent)) found.add(pid)
  }
  return found
}
