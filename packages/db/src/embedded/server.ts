import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, realpath } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { locateBinaries, type PostgresBinaries } from './binaries.ts'
import { type Cluster, clusterFolder, DATABASE_USER, openCluster, serverEnvironment } from './cluster.ts'
import { freePort } from './free-port.ts'
import { guardProcess } from './guard.ts'
import { clearLeftover } from './leftover.ts'
import { chooseRunAs, type RunAs } from './run-as.ts'

const DATABASE = 'heartwood'
/** A crash leaves recovery to do before PostgreSQL answers. */
const START_LIMIT_MS = 60_000
/** For the processes of a killed server to notice and let go of its memory. */
const STILL_IN_USE_LIMIT_MS = 10_000
const STOP_STEPS: readonly (readonly [NodeJS.Signals, number])[] = [
  ['SIGINT', 10_000],
  ['SIGQUIT', 5_000],
  ['SIGKILL', 5_000],
]

export interface EmbeddedPostgresOptions {
  /** Folder for the database and its password; made if missing. */
  readonly dir: string
  /** Port on 127.0.0.1; 0 takes a free one. */
  readonly port: number
  /** Gets each line that PostgreSQL writes, without line end. */
  readonly log?: (line: string) => void
  readonly binaries?: PostgresBinaries
}

export interface EmbeddedPostgres extends AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly pid: number
  /** Settles when the server has ended, asked or not. */
  readonly exited: Promise<void>
  /** Ends connections and stops in order, within seconds. A second call waits for the first. */
  stop(): Promise<void>
}

/**
 * Starts the PostgreSQL that comes along, for `dir` alone, on 127.0.0.1, with a database `heartwood`. It ends with this
 * process, even when that is killed; what an earlier start left behind does not block. Rejects with one sentence.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => {})
  const binaries = options.binaries ?? (await locateBinaries())
  await mkdir(options.dir, { recursive: true, mode: 0o711 })
  const dir = await realpath(options.dir)
  const runAs = await chooseRunAs(clusterFolder(dir), [binaries.initdb, binaries.postgres, dir])
  const cluster = await openCluster(dir, binaries, runAs)
  await clearLeftover(cluster.cluster, log)

  const deadline = performance.now() + STILL_IN_USE_LIMIT_MS
  for (;;) {
    const port = options.port === 0 ? await freePort() : options.port
    const started = await launch(binaries.postgres, runAs, cluster, port, log)
    if (started.ok) return finish(started.server, cluster, port)
    const lastWords = started.lines.join('; ')
    const passes =
      /pre-existing shared memory block/.test(lastWords) ||
      (options.port === 0 && /could not bind/.test(lastWords))
    if (!passes || performance.now() > deadline) {
      throw new Error(
        /could not bind/.test(lastWords)
          ? `PostgreSQL cannot listen on 127.0.0.1:${port}: the port is taken`
          : `PostgreSQL did not start: ${lastWords || 'it ended without a word'}`,
      )
    }
    await pause(100)
  }
}

/** Stops the server that a killed process may have left running for `dir`, so that its port is free again. */
export async function endLeftoverPostgres(dir: string, log: (line: string) => void): Promise<void> {
  const folder = await realpath(dir).catch(() => undefined)
  if (folder !== undefined) await clearLeftover(clusterFolder(folder), log)
}

type ServerProcess = ChildProcessByStdio<null, null, Readable>

interface Server {
  readonly process: ServerProcess
  readonly pid: number
  readonly exited: Promise<void>
}

type Launch =
  | { readonly ok: true; readonly server: Server }
  | { readonly ok: false; readonly lines: string[] }

/** Spawns the server and waits until it accepts connections or has ended. */
async function launch(
  program: string,
  runAs: RunAs,
  { cluster }: Cluster,
  port: number,
  log: (line: string) => void,
): Promise<Launch> {
  const plan = runAs.command(program, ['-D', cluster, ...serverSettings(port)])
  const child: ServerProcess = spawn(plan.file, plan.args, {
    ...plan.options,
    // A session of its own: Ctrl-C in the terminal is for us, PostgreSQL stops after those who use it.
    detached: true,
    cwd: '/',
    env: serverEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const { pid } = child
  if (pid === undefined) {
    const [error] = await once(child, 'error')
    throw new Error(`PostgreSQL did not start: ${String(error)}`)
  }
  const guard = guardProcess(pid, 'INT')
  const exited = once(child, 'exit').then(() => guard.release())

  const lines: string[] = []
  const ready = new Promise<void>((resolve) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      log(line)
      if (/^(FATAL|PANIC|DETAIL|HINT)|could not bind/.test(line)) lines.push(line)
      if (line.includes('database system is ready to accept connections')) resolve()
    })
  })
  const closed = once(child, 'close')
  const tooLate = new AbortController()
  const outcome = await Promise.race([
    ready.then(() => 'ready' as const),
    closed.then(() => 'ended' as const),
    pause(START_LIMIT_MS, 'late' as const, { signal: tooLate.signal }),
  ])
  tooLate.abort()
  const server = { process: child, pid, exited }
  if (outcome === 'ready') return { ok: true, server }
  if (outcome === 'late') {
    await end(server)
    throw new Error(
      `PostgreSQL was not ready after ${START_LIMIT_MS / 1000} s; its last words are in the log`,
    )
  }
  return { ok: false, lines }
}

async function finish(server: Server, { password }: Cluster, port: number): Promise<EmbeddedPostgres> {
  const url = `postgresql://${DATABASE_USER}:${password}@127.0.0.1:${port}/${DATABASE}`
  let stopping: Promise<void> | undefined
  const stop = () => {
    stopping ??= end(server)
    return stopping
  }
  try {
    await ensureDatabase(url)
  } catch (error) {
    await stop()
    throw error
  }
  return { url, port, pid: server.pid, exited: server.exited, stop, [Symbol.asyncDispose]: stop }
}

/** Makes the database at the first start. That we are let in also proves that password and port are right. */
async function ensureDatabase(url: string): Promise<void> {
  const admin = new URL(url)
  admin.pathname = '/postgres'
  const client = new pg.Client({ connectionString: admin.href })
  try {
    await client.connect()
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE])
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`)
    await client.end()
  } catch (error) {
    throw new Error(`PostgreSQL started but does not let us in: ${String(error)}`, { cause: error })
  }
}

async function end(server: Server): Promise<void> {
  for (const [signal, grace] of STOP_STEPS) {
    // kill() answers false once the process has ended; its number is then not signalled.
    if (!server.process.kill(signal)) break
    const waiting = new AbortController()
    const ended = await Promise.race([
      server.exited.then(() => true),
      pause(grace, false, { signal: waiting.signal }),
    ])
    waiting.abort()
    if (ended) break
  }
  await server.exited
}

/** Durable as PostgreSQL is by default, small in memory (about 60 MB with a few connections). */
function serverSettings(port: number): string[] {
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 50,
    shared_buffers: '32MB',
    huge_pages: 'off',
    work_mem: '2MB',
    maintenance_work_mem: '16MB',
    io_method: 'sync',
    jit: 'off',
    max_worker_processes: 2,
    max_parallel_workers: 0,
    max_logical_replication_workers: 0,
    autovacuum_max_workers: 1,
    wal_level: 'minimal',
    max_wal_senders: 0,
    min_wal_size: '16MB',
    max_wal_size: '128MB',
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    log_destination: 'stderr',
    logging_collector: 'off',
    log_line_prefix: '',
    log_checkpoints: 'off',
    lc_messages: 'C',
    timezone: 'UTC',
    log_timezone: 'UTC',
  }
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}
