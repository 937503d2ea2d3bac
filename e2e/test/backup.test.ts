import { execFile, execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, inject, test, vi } from 'vitest'
import { z } from 'zod'
import { moveDays } from '../../packages/log-store/test/cold/moved-days.ts'
import { freePorts } from '../free-ports.ts'
import { type HeartwoodProcess, startHeartwood } from '../heartwood-process.ts'

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 240_000 })

const TOKEN = randomBytes(16).toString('hex')
const Accepted = z.object({ accepted: z.number() })
const Saved = z.object({ saved_searches: z.array(z.object({ name: z.string() })) })
const Line = z.object({ message: z.string() })

interface Running extends AsyncDisposable {
  readonly heartwood: HeartwoodProcess
  /** Resolves when so many were acknowledged. */
  send(name: string, count: number): Promise<void>
  ask(path: string, init?: RequestInit): Promise<Response>
  /** The messages of all events that there are, sorted. */
  messages(): Promise<string[]>
}

/** Everything but the pages, which keep nothing. */
async function start(dataDir: string, env: Readonly<Record<string, string>> = {}): Promise<Running> {
  const ports = await freePorts()
  const heartwood = await startHeartwood({
    dataDir,
    ports,
    apps: ['ingest', 'indexer', 'query'],
    env: { HEARTWOOD_INTERNAL_TOKEN: TOKEN, ...env },
  })
  const ask = async (path: string, init: RequestInit = {}) => {
    const headers = { 'x-heartwood-internal': TOKEN, 'content-type': 'application/json' }
    const answer = await fetch(`http://127.0.0.1:${ports.first}${path}`, { ...init, headers })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return answer
  }
  return {
    heartwood,
    ask,
    async send(name, count) {
      const body = Array.from({ length: count }, (_, index) =>
        JSON.stringify({ message: `${name}-${index}` }),
      )
      const answer = await fetch(`${heartwood.ingestUrl}/ingest`, { method: 'POST', body: body.join('\n') })
      expect(Accepted.parse(await answer.json())).toEqual({ accepted: count })
    },
    async messages() {
      const text = await (await ask('/api/v1/export?from_time=beginning')).text()
      const lines = text.split('\n').filter((line) => line !== '')
      return lines.map((line) => Line.parse(JSON.parse(line)).message).sort()
    },
    [Symbol.asyncDispose]: () => heartwood[Symbol.asyncDispose](),
  }
}

async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), 'heartwood-backup-'))
  // PostgreSQL may be another user's process.
  await chmod(path, 0o755)
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 10 }) }
}

/** As a snapshot of the file system would have it: nothing moves while it is copied. `run` is of the processes, not of the data. */
async function snapshot(from: string, to: string, { pid }: HeartwoodProcess): Promise<void> {
  const pids = [pid, ...descendants(pid)]
  for (const one of pids) process.kill(one, 'SIGSTOP')
  try {
    await copy(from, to)
  } finally {
    for (const one of pids.toReversed()) process.kill(one, 'SIGCONT')
  }
}

/** With owners and rights, as a back-up keeps them. */
async function copy(from: string, to: string): Promise<void> {
  execFileSync('cp', ['-a', from, to])
  await rm(join(to, 'run'), { recursive: true, force: true })
}

function descendants(pid: number): number[] {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n')
  const children = rows.map((row) => row.trim().split(/\s+/).map(Number))
  const below = (parent: number): number[] =>
    children.flatMap(([child = 0, of]) => (of === parent ? [child, ...below(child)] : []))
  return below(pid)
}

const named = (name: string, count: number) => Array.from({ length: count }, (_, index) => `${name}-${index}`)

test('a back-up of the data folder has every event that was acknowledged before it, once, and what people saved: as a snapshot while it runs, and copied after a stop', async () => {
  await using folder = await temporaryFolder()
  const [original, taken, stopped] = ['original', 'taken', 'stopped'].map((name) => join(folder.path, name))
  if (original === undefined || taken === undefined || stopped === undefined) throw new Error('no folders')
  {
    await using running = await start(original)
    const search = { name: 'kept', query: 'level:error' }
    await running.ask('/api/v1/saved-searches', { method: 'POST', body: JSON.stringify(search) })
    await running.send('before', 500)
    // Acknowledged and on no more than the queue's disk.
    await running.send('just-before', 300)
    await snapshot(original, taken, running.heartwood)
    await running.send('after', 200)
  }
  await copy(original, stopped)

  const first = [...named('before', 500), ...named('just-before', 300)]
  const restorations = [[taken, first] as const, [stopped, [...first, ...named('after', 200)]] as const]
  // The second is the easier one.
  for (const [restored, lines] of inject('thorough') ? restorations : restorations.slice(0, 1)) {
    await using running = await start(restored)
    await expect
      .poll(() => running.messages().then(({ length }) => length), { timeout: 60_000 })
      .toBe(lines.length)
    expect(await running.messages()).toEqual(lines.toSorted())
    const saved = Saved.parse(await (await running.ask('/api/v1/saved-searches')).json())
    expect(saved.saved_searches.map(({ name }) => name)).toContain('kept')
  }
})

test('a machine whose data folder is lost finds the logs that its archive has, and takes in new ones beside them', async () => {
  await using folder = await temporaryFolder()
  const [dataDir, archive] = [join(folder.path, 'data'), join(folder.path, 'archive')]
  await mkdir(dataDir)
  await moveDays({ dataDir, archive }, { days: [0, 1], on: 40 })
  const env = {
    HEARTWOOD_ARCHIVE: archive,
    // However long ago the days of the test are by now.
    HEARTWOOD_RETENTION_DAYS: '36500',
    HEARTWOOD_COLD_DAYS: '36500',
  }
  expect(await recover(dataDir, env)).toMatchObject({ code: 1, err: expect.stringContaining('is not empty') })
  await rm(dataDir, { recursive: true })
  const recovered = await recover(dataDir, env)
  expect(recovered).toMatchObject({ code: 0, out: expect.stringContaining('20 events of 2 segments') })

  await using running = await start(dataDir, env)
  const old = Array.from({ length: 20 }, (_, index) => `line ${index % 10}`)
  expect(await running.messages()).toEqual(old.toSorted())
  await running.send('new', 10)
  await expect.poll(() => running.messages().then(({ length }) => length), { timeout: 60_000 }).toBe(30)
})

async function recover(dataDir: string, env: Readonly<Record<string, string>>) {
  const main = join(import.meta.dirname, '../../apps/heartwood/src/main.ts')
  const options = { env: { PATH: process.env.PATH, HEARTWOOD_DATA_DIR: dataDir, ...env } }
  return promisify(execFile)(process.execPath, [main, 'cold', 'recover'], options).then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout, err: stderr }),
    ({ code, stdout, stderr }) => ({ code, out: stdout, err: stderr }),
  )
}
