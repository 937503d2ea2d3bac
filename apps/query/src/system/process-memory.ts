import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What the system says of processes that are not apps; Linux tells, others do not. All functions: null where it is not told. */

/** Resident memory of one process, bytes (proc_pid_status(5)). */
export async function residentBytes(pid: number): Promise<number | null> {
  return kilobytes(await textOf(`/proc/${pid}/status`), 'VmRSS')
}

/**
 * Of the PostgreSQL whose data is in `cluster`: the proportional set size of all its processes, bytes (proc_pid_smaps(5)).
 * They share most of their memory, which their resident sizes would count again and again.
 */
export async function postgresBytes(cluster: string): Promise<number | null> {
  const postmaster = Number((await textOf(join(cluster, 'postmaster.pid')))?.split('\n', 1)[0])
  if (!Number.isSafeInteger(postmaster) || postmaster <= 1) return null
  const children = await textOf(`/proc/${postmaster}/task/${postmaster}/children`)
  if (children === undefined) return null
  const others = children.split(' ').map(Number).filter(Boolean)
  const sizes = await Promise.all(
    others.map(async (pid) => kilobytes(await textOf(`/proc/${pid}/smaps_rollup`), 'Pss') ?? 0),
  )
  const own = kilobytes(await textOf(`/proc/${postmaster}/smaps_rollup`), 'Pss')
  return own === null ? null : sizes.reduce((sum, size) => sum + size, own)
}

function kilobytes(text: string | undefined, name: string): number | null {
  const [, number] = text?.match(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm')) ?? []
  return number === undefined ? null : Number(number) * 1024
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined)
}
