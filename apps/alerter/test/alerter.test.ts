import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AlertJson, AlertsOutput } from '@heartwood/api'
import { freePort } from '@heartwood/db/embedded'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { type CountingQuery, countingQuery, type WebhookReceiver, webhookReceiver } from './http-servers.ts'
import { startPostgres, type TestPostgres } from './postgres.ts'

const TOKEN = 'internal-token-of-this-test'
const MAIN = join(import.meta.dirname, '../src/main.ts')

let postgres: TestPostgres
beforeAll(async () => {
  postgres = await startPostgres()
})
afterAll(() => postgres[Symbol.asyncDispose]())

/** The alerter as a process of its own, with everything it talks to. */
interface World extends AsyncDisposable {
  readonly query: CountingQuery
  readonly receiver: WebhookReceiver
  readonly log: string[]
  start(): Promise<void>
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null>
  get(path: string, headers?: Record<string, string>): Promise<Response>
  rule(name: string): Promise<AlertJson | undefined>
  setRules(text: string): Promise<void>
}

async function world(rules: string | undefined): Promise<World> {
  const dir = await mkdtemp(join(tmpdir(), 'heartwood-alerter-'))
  const query = await countingQuery(TOKEN)
  const receiver = await webhookReceiver()
  const databaseUrl = await postgres.database()
  const port = await freePort()
  const log: string[] = []
  let child: ReturnType<typeof fork> | undefined
  const file = join(dir, 'alerts.yaml')
  const setRules = (text: string) => writeFile(file, text.replaceAll('WEBHOOK', receiver.url))
  if (rules !== undefined) await setRules(rules)
  const self: World = {
    query,
    receiver,
    log,
    setRules,
    async start() {
      child = fork(MAIN, [], {
        env: {
          PATH: process.env.PATH,
          HEARTWOOD_DATA_DIR: dir,
          HEARTWOOD_ALERTER_PORT: String(port),
          HEARTWOOD_QUERY_PORT: String(query.port),
          HEARTWOOD_WEB_PORT: '3999',
          HEARTWOOD_INTERNAL_TOKEN: TOKEN,
          DATABASE_URL: databaseUrl,
        },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      })
      for (const stream of [child.stdout, child.stderr])
        stream?.on('data', (data: Buffer) => log.push(...data.toString().split('\n')))
      const ready = async () => (await self.get('/readyz').catch(() => undefined))?.status
      await expect.poll(ready, { timeout: 20_000 }).toBe(200)
    },
    async kill(signal) {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return null
      child.kill(signal)
      const [code] = await once(child, 'exit')
      return code
    },
    get: (path, headers = { 'x-heartwood-internal': TOKEN }) =>
      fetch(`http://127.0.0.1:${port}${path}`, { headers }),
    async rule(name) {
      const answer = AlertsOutput.parse(await (await self.get('/internal/alerts')).json())
      return answer.rules.find((rule) => rule.name === name)
    },
    async [Symbol.asyncDispose]() {
      await self.kill('SIGKILL')
      await query[Symbol.asyncDispose]()
      await receiver[Symbol.asyncDispose]()
      await rm(dir, { recursive: true, force: true })
    },
  }
  return self
}

const RULES = `
receivers: { ops: { webhook: WEBHOOK } }
rules:
  - { id: many-errors, name: Many errors, severity: critical, kind: threshold, query: level>=error, more_than: 1000, window: 5m, every: 1s, notify: [ops, log] }
  - { id: phrase, name: Phrase, severity: warning, kind: match, query: '"connection timeout"', window: 1m, every: 1s, notify: [ops] }
`
const subjects = (world: World) => world.receiver.accepted.map(({ body }) => body.subject)
const patience = { timeout: 20_000 }

test("the mission's two rules: over 1,000 errors in 5 minutes is critical, a phrase within a minute a warning", async () => {
  await using run = await world(RULES)
  run.query.counts.set('level>=error', 1000)
  await run.start()
  await expect.poll(async () => (await run.rule('Many errors'))?.value, patience).toBe(1000)
  expect(await run.rule('Many errors')).toMatchObject({
    state: 'inactive',
    condition: 'more than 1,000 events in 5m',
    error: null,
  })
  expect(subjects(run)).toEqual([])

  run.query.counts.set('level>=error', 1001)
  await expect
    .poll(() => subjects(run), patience)
    .toEqual(['[critical] Many errors: 1,001 events in 5m (more than 1,000)'])
  run.query.counts.set('"connection timeout"', 1)
  await expect.poll(() => subjects(run)[1], patience).toBe('[warning] Phrase: 1 event in 1m')
  expect(await run.rule('Many errors')).toMatchObject({ state: 'firing', severity: 'critical', value: 1001 })

  run.query.counts.set('level>=error', 3).set('"connection timeout"', 0)
  await expect
    .poll(() => subjects(run).toSorted().slice(0, 2), patience)
    .toEqual([
      '[critical] Many errors: 1,001 events in 5m (more than 1,000)',
      '[resolved] Many errors: over, 3 events in 5m',
    ])
  await expect.poll(() => subjects(run).length, patience).toBe(4)

  const [firing] = run.receiver.accepted
  const link = new URL(String(firing?.body.link))
  expect(link.host).toBe('127.0.0.1:3999')
  expect(link.searchParams.get('query')).toBe('level>=error')
  expect(
    Date.parse(link.searchParams.get('to') ?? '') - Date.parse(link.searchParams.get('from') ?? ''),
  ).toBe(300_000)
  expect(firing?.body.samples).toEqual(['2026-01-02T03:04:05.000Z error checkout no bread \uFFFD today'])
  const errorQuestions = run.query.asked.filter((asked) => asked.get('query') === 'level>=error')
  for (const asked of errorQuestions)
    expect(Date.parse(asked.get('to_time') ?? '') - Date.parse(asked.get('from_time') ?? '')).toBe(300_000)
  expect(run.log.join('\n')).toContain('[critical] Many errors')
}, 60_000)

test('killed at any moment and started again, a firing alert is told once, and its resolve too', async () => {
  await using run = await world(RULES)
  run.query.counts.set('level>=error', 5000)
  for (let i = 0; i < 3; i++) {
    await run.start()
    await expect.poll(async () => (await run.rule('Many errors'))?.state, patience).toBe('firing')
    await run.kill('SIGKILL')
  }
  await run.start()
  run.query.counts.set('level>=error', 5)
  // What was taken for delivery by a killed process comes again after its lease; the key tells that it is the same.
  await expect
    .poll(() => new Set(run.receiver.accepted.map(({ id }) => id)).size, { timeout: 40_000 })
    .toBe(2)
  const told = new Map(run.receiver.accepted.map(({ id, body }) => [id, body.notice]))
  expect([...told.values()]).toEqual(['firing', 'resolved'])
  expect(await run.kill('SIGTERM')).toBe(0)
}, 120_000)

test('while query does not answer a firing alert stays firing, and the reason is shown', async () => {
  await using run = await world(RULES)
  run.query.counts.set('level>=error', 5000)
  await run.start()
  await expect.poll(() => subjects(run).length, patience).toBe(1)
  run.query.failure = { status: 429, code: 'too_many_queries', message: 'Too many heavy queries at once.' }
  const reason = 'query answered 429 too_many_queries: Too many heavy queries at once.'
  await expect.poll(async () => (await run.rule('Many errors'))?.error, patience).toBe(reason)
  expect(await run.rule('Many errors')).toMatchObject({ state: 'firing', value: 5000 })
  run.query.failure = undefined
  await expect.poll(async () => (await run.rule('Many errors'))?.error, patience).toBeNull()
  expect(subjects(run).length).toBe(1)
  const metrics = await (await run.get('/metrics')).text()
  expect(metrics).toMatch(/heartwood_alerter_evaluations_total\{rule="many-errors",outcome="unknown"\} [1-9]/)
  expect(metrics).toMatch(/heartwood_alerter_deliveries_total\{receiver="ops",outcome="delivered"\} 1/)
}, 60_000)

test('a rule by service tells each service, and shows the worst', async () => {
  await using run = await world(
    RULES.replace('every: 1s, notify: [ops, log]', 'every: 1s, group_by: service, notify: [ops]'),
  )
  run.query.groups.set(
    'level>=error',
    new Map([
      ['checkout', 2000],
      ['nul\0', 1500],
      ['cart', 10],
    ]),
  )
  await run.start()
  await expect
    .poll(() => subjects(run).toSorted(), patience)
    .toEqual([
      '[critical] Many errors (service checkout): 2,000 events in 5m (more than 1,000)',
      '[critical] Many errors (service nul\uFFFD): 1,500 events in 5m (more than 1,000)',
    ])
  expect(await run.rule('Many errors')).toMatchObject({ state: 'firing', value: 2000 })
  run.query.groups.set('level>=error', new Map([['checkout', 2000]]))
  await expect
    .poll(() => subjects(run)[2], patience)
    .toBe('[resolved] Many errors (service nul\uFFFD): over, 0 events in 5m')
}, 60_000)

test('the file may be changed at any time; a mistake keeps the rules and is shown by /readyz', async () => {
  await using run = await world(RULES)
  await run.start()
  await run.setRules(RULES.replace('more_than: 1000', 'more_than: -1'))
  const warnings = async () =>
    z.object({ warnings: z.unknown().optional() }).parse(await (await run.get('/readyz')).json()).warnings
  await expect.poll(warnings, patience).toEqual({
    rules:
      'the alert rules file has a mistake, 2 rules read before it are in force: rule many-errors: more_than: must not be negative',
  })
  expect((await run.get('/readyz')).status).toBe(200)
  expect(await run.rule('Many errors')).toMatchObject({ condition: 'more than 1,000 events in 5m' })
  run.query.counts.set('level>=error', 20)
  await run.setRules(RULES.replace('more_than: 1000', 'more_than: 10'))
  await expect
    .poll(() => subjects(run), patience)
    .toEqual(['[critical] Many errors: 20 events in 5m (more than 10)'])
  expect(await warnings()).toBeUndefined()
}, 60_000)

test('without a file it makes one with the two rules; others than the apps get nothing', async () => {
  await using run = await world(undefined)
  await run.start()
  const { rules } = AlertsOutput.parse(await (await run.get('/internal/alerts')).json())
  expect(rules.map(({ name, severity }) => `${name}: ${severity}`)).toEqual([
    'Many errors: critical',
    'Database timeout: warning',
  ])
  expect((await run.get('/internal/alerts', {})).status).toBe(401)
  expect((await run.get('/metrics', {})).status).toBe(200)
}, 60_000)
