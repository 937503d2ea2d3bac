import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, cp, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { expect, test } from 'vitest'
import { onLoopback } from '../../../scripts/stack/on-loopback.ts'
import { locateBinaries, startEmbeddedPostgres } from '../src/embedded/index.ts'

const HOLDER = fileURLToPath(new URL('./embedded-holder.ts', import.meta.url))

test('what is written is there after a restart', async () => {
  await using folder = await temporaryFolder()
  {
    await using server = await startEmbeddedPostgres({ dir: folder.path, port: 0 })
    await query(server.url, 'CREATE TABLE kept (n int); INSERT INTO kept VALUES (42)')
  }
  await using again = await startEmbeddedPostgres({ dir: folder.path, port: 0 })
  expect(await query(again.url, 'SELECT n FROM kept')).toEqual([{ n: 42 }])
})

test('it is UTF-8, durable, asks for a password and listens on 127.0.0.1 only', async () => {
  await using folder = await temporaryFolder()
  await using server = await startEmbeddedPostgres({ dir: folder.path, port: 0 })
  const settings = await query(
    server.url,
    `SELECT name, setting FROM pg_settings
     WHERE name IN ('fsync', 'synchronous_commit', 'server_encoding', 'listen_addresses', 'unix_socket_directories')
     ORDER BY name`,
  )
  expect(settings).toEqual([
    { name: 'fsync', setting: 'on' },
    { name: 'listen_addresses', setting: '127.0.0.1' },
    { name: 'server_encoding', setting: 'UTF8' },
    { name: 'synchronous_commit', setting: 'on' },
    { name: 'unix_socket_directories', setting: '' },
  ])
  const wrong = new URL(server.url)
  wrong.password = 'wrong'
  await expect(query(wrong.href, 'SELECT 1')).rejects.toThrow('password authentication failed')
  expect((await stat(join(folder.path, 'password'))).mode & 0o777).toBe(0o600)
})

test('it ends when its parent is killed, and the next start finds what was committed', async () => {
  await using folder = await temporaryFolder()
  const holder = await hold(folder.path)
  await query(holder.url, 'CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)')
  process.kill(holder.pid, 'SIGKILL')
  await until(() => !isRunning(holder.serverPid))
  await using again = await startEmbeddedPostgres({ dir: folder.path, port: 0 })
  expect(await query(again.url, 'SELECT n FROM kept')).toEqual([{ n: 7 }])
})

test('a server that an earlier start left running is stopped first', async () => {
  await using folder = await temporaryFolder()
  const holder = await hold(folder.path)
  // The guard is killed too, so nothing ends the server but the next start.
  process.kill(holder.guardPid, 'SIGKILL')
  process.kill(holder.pid, 'SIGKILL')
  await until(() => !isRunning(holder.pid))
  expect(isRunning(holder.serverPid)).toBe(true)
  await using again = await startEmbeddedPostgres({ dir: folder.path, port: 0 })
  expect(isRunning(holder.serverPid)).toBe(false)
  expect(await query(again.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
})

test.each([
  ['has ended', async () => ({ pid: await endedPid(), end: () => {} })],
  ['now belongs to another program', async () => stranger()],
])('a postmaster.pid of a killed server does not block when its number %s', async (_case, number) => {
  await using folder = await temporaryFolder()
  const pidFile = join(folder.path, 'cluster', 'postmaster.pid')
  const holder = await hold(folder.path)
  const lines = (await readFile(pidFile, 'utf8')).split('\n')
  process.kill(holder.serverPid, 'SIGKILL')
  await until(() => !isRunning(holder.serverPid))
  process.kill(holder.pid, 'SIGKILL')
  const { pid, end } = await number()
  await writeFile(pidFile, [String(pid), ...lines.slice(1)].join('\n'))
  try {
    await using again = await startEmbeddedPostgres({ dir: folder.path, port: 0 })
    expect(await query(again.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  } finally {
    end()
  }
})

test('files of another PostgreSQL are left alone, and one sentence names the two versions', async () => {
  await using folder = await temporaryFolder()
  const versionFile = join(folder.path, 'cluster', 'PG_VERSION')
  {
    await using server = await startEmbeddedPostgres({ dir: folder.path, port: 0 })
    await query(server.url, 'CREATE TABLE kept (n int)')
  }
  const version = await readFile(versionFile, 'utf8')
  await writeFile(versionFile, '19\n')
  await expect(startEmbeddedPostgres({ dir: folder.path, port: 0 })).rejects.toThrow(
    /was made by PostgreSQL 19 and this is 18: move its data with pg_dump/,
  )
  expect(await readFile(versionFile, 'utf8')).toBe('19\n')
  await writeFile(versionFile, version)
  await using again = await startEmbeddedPostgres({ dir: folder.path, port: 0 })
  expect(await query(again.url, 'SELECT n FROM kept')).toEqual([])
})

test('a start that was killed during set-up leaves nothing in the way', async () => {
  await using folder = await temporaryFolder()
  const child = spawn(process.execPath, [HOLDER, folder.path], { stdio: 'ignore' })
  await until(async () => (await stat(join(folder.path, 'password')).catch(() => undefined)) !== undefined)
  child.kill('SIGKILL')
  await once(child, 'exit')
  await using server = await startEmbeddedPostgres({ dir: folder.path, port: 0 })
  expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
})

test('a taken port is one sentence', async () => {
  await using folder = await temporaryFolder()
  await using blocker = await onLoopback(createServer())
  const { port } = blocker
  await expect(startEmbeddedPostgres({ dir: folder.path, port })).rejects.toThrow(
    `PostgreSQL cannot listen on 127.0.0.1:${port}: the port is taken`,
  )
})

test.runIf(process.getuid?.() === 0)(
  'as root it runs as somebody else, below a folder that only root may enter',
  async () => {
    await using folder = await temporaryFolder()
    await chmod(folder.path, 0o700)
    const { initdb } = await locateBinaries()
    const copy = join(folder.path, 'native')
    await cp(dirname(dirname(initdb)), copy, { recursive: true, verbatimSymlinks: true })
    await using server = await startEmbeddedPostgres({
      dir: join(folder.path, 'data', 'postgres'),
      port: 0,
      binaries: { initdb: join(copy, 'bin', 'initdb'), postgres: join(copy, 'bin', 'postgres') },
    })
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    expect((await stat(`/proc/${server.pid}`)).uid).not.toBe(0)
  },
)

interface Held {
  readonly pid: number
  readonly serverPid: number
  readonly guardPid: number
  readonly url: string
}

/** Another process that starts PostgreSQL on `dir` and then does nothing. */
async function hold(dir: string): Promise<Held> {
  const child = spawn(process.execPath, [HOLDER, dir], { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface({ input: child.stdout })) {
    const [url, serverPid] = line.split(' ')
    const pid = child.pid ?? 0
    const guard = processes().find(
      (candidate) => candidate.parent === pid && candidate.command.includes('guard'),
    )
    if (guard === undefined) throw new Error('the server has no guard')
    return { pid, serverPid: Number(serverPid), guardPid: guard.pid, url: url ?? '' }
  }
  throw new Error('the holder ended')
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const result = await client.query(sql)
    return Array.isArray(result) ? [] : result.rows
  } finally {
    await client.end()
  }
}

/** Zombies, which nobody has waited for yet, count as ended. */
function isRunning(pid: number): boolean {
  return processes().some((candidate) => candidate.pid === pid && !candidate.state.startsWith('Z'))
}

function processes() {
  const lines = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,ppid=,stat=,args=']).toString().split('\n')
  return lines.map((line) => {
    const [pid, parent, state = '', ...command] = line.trim().split(/ +/)
    return { pid: Number(pid), parent: Number(parent), state, command: command.join(' ') }
  })
}

/** A program that has nothing to do with us, of the user that PostgreSQL runs as: only then does it take notice. */
function stranger() {
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
  const child = spawn('/bin/sleep', ['60'], { ...user, cwd: '/', stdio: 'ignore' })
  return { pid: child.pid ?? 0, end: () => void child.kill('SIGKILL') }
}

async function endedPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  return child.pid ?? 0
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 15_000
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('waited 15 s in vain')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), 'heartwood-postgres-'))
  await chmod(path, 0o755)
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5 }),
  }
}
