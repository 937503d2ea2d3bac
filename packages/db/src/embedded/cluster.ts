import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { PostgresBinaries } from './binaries.ts'
import { giveTo, type RunAs } from './run-as.ts'

export const DATABASE_USER = 'heartwood'
const MAJOR_VERSION = '18'
const UNFINISHED = 'unfinished-'

/** The data of one PostgreSQL: `cluster` is its PGDATA, the password lies beside it. */
export interface Cluster {
  readonly cluster: string
  readonly password: string
}

/** `dir`/cluster. */
export function clusterFolder(dir: string): string {
  return join(dir, 'cluster')
}

/**
 * Opens the cluster below `dir`, or makes it with a random password. It is made under another name and renamed when
 * whole and synced, so that a start that was killed halfway leaves nothing that looks finished.
 */
export async function openCluster(dir: string, binaries: PostgresBinaries, runAs: RunAs): Promise<Cluster> {
  await removeUnfinished(dir)
  const cluster = clusterFolder(dir)
  const passwordFile = join(dir, 'password')
  const version = await readText(join(cluster, 'PG_VERSION'))
  if (version !== undefined) {
    if (version.trim() !== MAJOR_VERSION) {
      throw new Error(
        `${cluster} was made by PostgreSQL ${version.trim()} and this is ${MAJOR_VERSION}: ` +
          'move its data with pg_dump, or set DATABASE_URL to a PostgreSQL that can read it',
      )
    }
    const password = await readText(passwordFile)
    if (password === undefined) {
      throw new Error(
        `${passwordFile} is missing, and without it the database in ${cluster} cannot be opened`,
      )
    }
    return { cluster, password }
  }

  const password = randomBytes(24).toString('base64url')
  await writeSynced(passwordFile, password)
  const unfinished = join(dir, `${UNFINISHED}${randomBytes(6).toString('hex')}`)
  await mkdir(unfinished, { mode: 0o700 })
  await giveTo(runAs, unfinished)
  const passwordForInit = join(unfinished, 'password')
  await writeFile(passwordForInit, password, { mode: 0o600 })
  await giveTo(runAs, passwordForInit)
  const fresh = join(unfinished, 'cluster')
  await runInitdb(binaries, runAs, fresh, passwordForInit)
  await rename(fresh, cluster)
  await syncFolder(dir)
  await rm(unfinished, { recursive: true, force: true })
  return { cluster, password }
}

async function runInitdb(
  binaries: PostgresBinaries,
  runAs: RunAs,
  folder: string,
  passwordFile: string,
): Promise<void> {
  const plan = runAs.command(binaries.initdb, [
    `--pgdata=${folder}`,
    `--username=${DATABASE_USER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--no-locale',
    // Our database is small: 4 MB a WAL file instead of 16 keeps the folder near 30 MB.
    '--wal-segsize=4',
  ])
  const child = spawn(plan.file, plan.args, {
    ...plan.options,
    cwd: '/',
    env: serverEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const failedToStart = new Promise<never>((_, reject) => child.once('error', reject))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const outputs = Promise.all([text(child.stdout), text(child.stderr)])
  const code = await Promise.race([ended, failedToStart])
  const [, stderr] = await outputs
  if (code !== 0)
    throw new Error(`PostgreSQL could not set up ${folder}: ${stderr.trim() || `initdb ended with ${code}`}`)
}

/** What the programs of PostgreSQL get to see: nothing of ours (PGDATA, LC_ALL... would change what they do). */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }
}

/** Folders of starts that were killed during initdb. */
async function removeUnfinished(dir: string): Promise<void> {
  for (const name of await readdir(dir)) {
    if (name.startsWith(UNFINISHED))
      await rm(join(dir, name), { recursive: true, force: true, maxRetries: 5 })
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

async function writeSynced(path: string, content: string): Promise<void> {
  await using file = await open(path, 'w', 0o600)
  await chmod(path, 0o600)
  await file.writeFile(content)
  await file.sync()
}

async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, 'r')
  await folder.sync()
}
