import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'

/** How long a PostgreSQL without parent may take for each step of its end, milliseconds. */
const GRACE: readonly (readonly [NodeJS.Signals, number])[] = [
  ['SIGINT', 10_000],
  ['SIGQUIT', 5_000],
  ['SIGKILL', 5_000],
]

/**
 * Clears what an earlier start left in `cluster`. A PostgreSQL that still runs on it is stopped. A postmaster.pid whose
 * number now belongs to another program would make PostgreSQL refuse to start: the number becomes ours, which it knows
 * as its parent and so not as a server. The rest of the file stays, since PostgreSQL checks by its shared memory key
 * that no process of the old server is still writing.
 */
export async function clearLeftover(cluster: string, log: (line: string) => void): Promise<void> {
  const file = join(cluster, 'postmaster.pid')
  const content = await readFile(file, 'utf8').catch(() => undefined)
  if (content === undefined) return
  const [first, ...rest] = content.split('\n')
  const pid = Number(first)
  if (!Number.isSafeInteger(pid) || pid <= 1 || pid === process.pid) return

  if (await servesCluster(pid, cluster)) {
    log(`stopping a PostgreSQL that an earlier start left running (process ${pid})`)
    await endServer(pid, cluster)
    return
  }
  await writeFile(file, [String(process.pid), ...rest].join('\n'))
}

async function endServer(pid: number, cluster: string): Promise<void> {
  for (const [signal, grace] of GRACE) {
    kill(pid, signal)
    const deadline = performance.now() + grace
    while (performance.now() < deadline) {
      if (!(await servesCluster(pid, cluster))) return
      await pause(20)
    }
  }
  throw new Error(`a PostgreSQL of an earlier start (process ${pid}) does not end: stop it, then start again`)
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return
    throw error
  }
}

/** Whether process `pid` is a PostgreSQL server of this folder. A number is reused, so only its command line tells. */
async function servesCluster(pid: number, cluster: string): Promise<boolean> {
  const command = await commandLine(pid)
  return command.includes(`postgres -D ${cluster} `)
}

/** Program and arguments of a process; empty if it has ended. */
async function commandLine(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    const raw = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    return raw.replaceAll('\0', ' ')
  }
  try {
    return (await promisify(execFile)('ps', ['-ww', '-o', 'args=', '-p', String(pid)])).stdout
  } catch {
    return ''
  }
}
