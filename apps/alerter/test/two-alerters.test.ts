import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@heartwood/db/embedded'
import { openRegistry } from '@heartwood/db/registry'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { countingQuery, webhookReceiver } from './http-servers.ts'
import { startPostgres, type TestPostgres } from './postgres.ts'

const TOKEN = 'internal-token-of-this-test'
const MAIN = join(import.meta.dirname, '../src/main.ts')
const QUERIES = ['one', 'two', 'three', 'four', 'five', 'six']
const patience = { timeout: 40_000, interval: 50 }
/** Within which another alerter has the rules of one that is gone. */
const TAKEN_OVER = { timeout: 15_000, interval: 50 }

let postgres: TestPostgres
beforeAll(async () => {
  postgres = await startPostgres()
})
afterAll(() => postgres[Symbol.asyncDispose]())

/** Two alerters of a cluster with one database, one query app in the registry, and one receiver. */
async function cluster() {
  await using parts = new AsyncDisposableStack()
  const dir = await mkdtemp(join(tmpdir(), 'heartwood-alerters-'))
  parts.defer(() => rm(dir, { recursive: true, force: true }))
  const query = parts.use(await countingQuery(TOKEN))
  const receiver = parts.use(await webhookReceiver())
  const url = await postgres.database()
  const registry = await openRegistry({ url, onTrouble: console.error, clock: () => performance.now() })
  parts.defer(() => registry.close())
  await registry.register(() => ({
    id: '00000000-0000-4000-8000-000000000001',
    app: 'query',
    name: 'query',
    url: `http://127.0.0.1:${query.port}`,
    version: '1',
    startedAt: 1,
    health: { reasons: {}, warnings: {} },
  }))
  const rules = QUERIES.map(
    (text) =>
      `  - { id: ${text}, severity: warning, kind: threshold, query: ${text}, more_than: 10, window: 5m, every: 1s, notify: [ops] }`,
  )
  const file = join(dir, 'alerts.yaml')
  await writeFile(file, `receivers: { ops: { webhook: '${receiver.url}' } }\nrules:\n${rules.join('\n')}\n`)
  const alerter = async (name: string) => {
    const child = fork(MAIN, [], {
      env: {
        PATH: process.env.PATH,
        HEARTWOOD_DATA_DIR: join(dir, name),
        HEARTWOOD_ALERT_RULES: file,
        HEARTWOOD_ALERTER_PORT: String(await freePort()),
        HEARTWOOD_INSTANCE: name,
        HEARTWOOD_INTERNAL_TOKEN: TOKEN,
        DATABASE_URL: url,
        KAFKA_BROKERS: '127.0.0.1:1',
        ELASTICSEARCH_URL: 'http://127.0.0.1:1',
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    let log = ''
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (data: Buffer) => {
        log += data
      })
    parts.defer(() => end(child))
    return { child, log: () => log, share: () => /.*evaluates (\d) of 6 rules/s.exec(log)?.[1] }
  }
  const [a, b] = [await alerter('a'), await alerter('b')]
  await expect.poll(() => [a.share(), b.share()], patience).toEqual(['3', '3'])
  const owned = parts.move()
  return {
    query,
    receiver,
    a,
    b,
    /** The queries of the rules that an alerter has. */
    rulesOf: async (name: string) => {
      const client = new pg.Client({ connectionString: url })
      await client.connect()
      const found = await client.query(
        `SELECT lease.name FROM lease JOIN app_instance ON id::text = owner WHERE app_instance.name = $1 AND expires_at > now()`,
        [name],
      )
      await client.end()
      return found.rows.map((row: { name: string }) => row.name.replace('alert rule ', ''))
    },
    /** What a receiver has applied that honours the key: `notice rule`, sorted. */
    applied: () => {
      const byKey = new Map(
        receiver.accepted.map(({ id, body }) => [id, `${body.notice} ${subjectOf(body)}`]),
      )
      return [...byKey.values()].sort()
    },
    [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose](),
  }
}

const subjectOf = (body: { readonly [key: string]: unknown }) =>
  typeof body.rule === 'object' && body.rule !== null && 'id' in body.rule ? String(body.rule.id) : ''

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

const all = (notice: string) => QUERIES.map((text) => `${notice} ${text}`)

test('an alerter that is killed while it delivers: the other has its rules within 15 s, and nothing is lost or told twice', async () => {
  await using run = await cluster()
  const { query, receiver, a, b } = run
  const held = Promise.withResolvers<void>()
  receiver.hold = held.promise
  for (const text of QUERIES) query.counts.set(text, 50)
  // All are on their way, those of the other among them, and nobody has been answered.
  await expect.poll(() => new Set(receiver.attempts.map(({ id }) => id)).size, patience).toBe(6)
  await end(a.child)
  for (const text of QUERIES) query.counts.set(text, 0)
  receiver.hold = undefined
  held.resolve()
  await expect.poll(() => b.share(), TAKEN_OVER).toBe('6')
  await expect.poll(run.applied, patience).toEqual([...all('firing'), ...all('resolved')].sort())
  // A resolve never came before its firing.
  for (const text of QUERIES) {
    const notices = receiver.accepted
      .filter(({ body }) => subjectOf(body) === text)
      .map(({ body }) => body.notice)
    expect(notices.indexOf('firing')).toBeLessThan(notices.indexOf('resolved'))
  }
}, 90_000)

test('an alerter that stood still past its lease changes nothing with what it knew, and gets its share again', async () => {
  await using run = await cluster()
  const { query, receiver, a, b } = run
  const [stale] = await run.rulesOf('a')
  if (stale === undefined) throw new Error('a has no rule')
  const held = Promise.withResolvers<void>()
  query.hold = held.promise
  query.counts.set(stale, 50)
  const asked = () => query.asked.filter((each) => each.get('query') === stale).length
  const before = asked()
  await expect.poll(asked, patience).toBeGreaterThan(before)
  a.child.kill('SIGSTOP')
  // The answer that would fire waits for it; by now there is none any more that would.
  query.counts.set(stale, 0)
  query.hold = undefined
  held.resolve()
  await expect.poll(() => b.share(), TAKEN_OVER).toBe('6')
  a.child.kill('SIGCONT')
  await expect.poll(a.log, patience).toContain(`rule ${stale} is another alerter's by now`)
  await expect.poll(() => [a.share(), b.share()], patience).toEqual(['3', '3'])
  expect(receiver.attempts).toEqual([])
  for (const text of QUERIES) query.counts.set(text, 50)
  await expect.poll(run.applied, patience).toEqual(all('firing').sort())
}, 90_000)

test('one that stops in order gives its rules back at once', async () => {
  await using run = await cluster()
  const { a, b } = run
  a.child.kill('SIGTERM')
  await once(a.child, 'exit')
  expect(await run.rulesOf('a')).toEqual([])
  await expect.poll(() => b.share(), patience).toBe('6')
}, 60_000)
