import { execFile } from 'node:child_process'
import { chown, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'

/** `nobody` on Linux; a number without a name serves as well. */
const UNPRIVILEGED = { uid: 65_534, gid: 65_534 }

/** As whom the programs of PostgreSQL run, and how one is spawned. */
export interface RunAs {
  /** Whose the data must be; undefined: they run as the user we are ourselves. */
  readonly owner: { readonly uid: number; readonly gid: number } | undefined
  command(program: string, args: readonly string[]): SpawnPlan
}

/** Arguments for child_process.spawn. */
export interface SpawnPlan {
  readonly file: string
  readonly args: readonly string[]
  readonly options: { readonly uid?: number; readonly gid?: number }
}

/**
 * PostgreSQL refuses to run as root. An ordinary user runs it as itself; root runs it as the owner of `cluster` if that
 * exists, else as `nobody`. Where something on the way to one of `paths` lets only root in (/root has mode 0700), the
 * process keeps the one capability that passes it, by setpriv; `no_setuid_fixup` makes access(2) honour it too.
 */
export async function chooseRunAs(cluster: string, paths: readonly string[]): Promise<RunAs> {
  if (process.getuid?.() !== 0) {
    return { owner: undefined, command: (file, args) => ({ file, args, options: {} }) }
  }
  const existing = await stat(cluster).catch(() => undefined)
  const owner =
    existing === undefined || existing.uid === 0 ? UNPRIVILEGED : { uid: existing.uid, gid: existing.gid }

  const closed = await firstClosed(paths)
  if (closed === undefined) {
    return { owner, command: (file, args) => ({ file, args, options: owner }) }
  }
  if (!(await hasSetpriv())) {
    throw new Error(
      `PostgreSQL cannot run as root, and ${closed} lets nobody else in: ` +
        'install setpriv (util-linux), move the folder, or set DATABASE_URL to a PostgreSQL of your own',
    )
  }
  const privileges = [
    `--reuid=${owner.uid}`,
    `--regid=${owner.gid}`,
    '--clear-groups',
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
    '--securebits=+no_setuid_fixup',
    '--',
  ]
  return {
    owner,
    command: (file, args) => ({ file: 'setpriv', args: [...privileges, file, ...args], options: {} }),
  }
}

/** Gives a file or folder to the user that PostgreSQL runs as. */
export async function giveTo(runAs: RunAs, path: string): Promise<void> {
  if (runAs.owner !== undefined) await chown(path, runAs.owner.uid, runAs.owner.gid)
}

/** The first of the paths and the folders above them, from the top, that not everybody may enter or run. */
async function firstClosed(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    for (const step of waysTo(path)) {
      const { mode } = await stat(step)
      if ((mode & 0o001) === 0) return step
    }
  }
  return undefined
}

/** `/a/b` -> `/`, `/a`, `/a/b`. */
function waysTo(path: string): string[] {
  const above = dirname(path)
  return above === path ? [path] : [...waysTo(above), path]
}

/** Whether setpriv is there and the full one: BusyBox has one that cannot change the user. */
async function hasSetpriv(): Promise<boolean> {
  try {
    const { stdout } = await promisify(execFile)('setpriv', ['--version'])
    return stdout.includes('util-linux')
  } catch {
    return false
  }
}
