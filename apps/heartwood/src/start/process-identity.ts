import { execFile } from 'node:child_process'
import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { promisify } from 'node:util'

/**
 * When process `pid` started, as text that is the same each time it is asked and another one when the number is used
 * again. Undefined if it has ended, zombies included.
 */
export async function startTimeOf(pid: number): Promise<string | undefined> {
  return process.platform === 'linux' ? startTimeByProc(pid) : startTimeByPs(pid)
}

/** Whether the process that was seen with this start time still runs. */
export async function stillRuns(seen: { readonly pid: number; readonly started: string }): Promise<boolean> {
  return (await startTimeOf(seen.pid)) === seen.started
}

/**
 * Names the space that process numbers are unique in: a machine since its boot, or one container of it. Numbers from
 * another space say nothing here.
 */
export async function processSpace(): Promise<string> {
  if (process.platform !== 'linux') return hostname()
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => hostname())
  const namespace = await readlink('/proc/self/ns/pid').catch(() => '')
  return `${boot.trim()} ${namespace}`
}

/** Field 22 of /proc/PID/stat, clock ticks since boot; the fields are counted behind the name, which may hold anything. */
async function startTimeByProc(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  const [state, ...fields] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? []
  return state === undefined || state === 'Z' || state === 'X' ? undefined : fields[18]
}

async function startTimeByPs(pid: number): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'stat=,lstart=', '-p', String(pid)])
    const [state = '', ...started] = stdout.trim().split(/\s+/)
    return state.startsWith('Z') ? undefined : started.join(' ')
  } catch {
    return undefined
  }
}
