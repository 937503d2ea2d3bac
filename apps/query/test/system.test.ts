import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SystemOutput } from '@heartwood/api'
import { type AppReport, internalClient } from '@heartwood/runtime'
import { describe, expect, test } from 'vitest'
import { reportOver } from '../src/system/ask-apps.ts'
import { postgresBytes, residentBytes } from '../src/system/process-memory.ts'
import { someEvents } from './events.ts'
import { type Handler, otherApp, startQuery, TOKEN } from './query-app.ts'

const STARTED = Date.UTC(2025, 11, 31)
const REPORT: AppReport = {
  started_at: STARTED,
  reasons: {},
  warnings: {},
  resident_bytes: 120e6,
  cpu_seconds: 1.5,
  figures: [],
}

function answering(more: Partial<AppReport>): Handler {
  return (request, response) => {
    if (request.url !== '/internal/report') return void response.writeHead(404).end()
    response.end(JSON.stringify({ ...REPORT, ...more }))
  }
}

function counted(name: string, value: number, labels: Record<string, string> = {}) {
  return { name, labels, value }
}

async function reached(app: Parameters<typeof internalClient>[0], handler: Handler | undefined) {
  const other = await otherApp(handler)
  const report = reportOver(internalClient(app, other.port, TOKEN))
  return { asked: { app, report } as const, [Symbol.asyncDispose]: () => other[Symbol.asyncDispose]() }
}

async function stateOf(app: Awaited<ReturnType<typeof startQuery>>): Promise<SystemOutput> {
  return SystemOutput.parse(await (await app.get('/api/v1/system')).json())
}

describe('the state of the system', () => {
  test('is what the apps and the store say', async () => {
    await using ingest = await reached(
      'ingest',
      answering({
        figures: [
          counted('ingest_events_total', 40, { door: 'json' }),
          counted('ingest_events_total', 2, { door: 'text' }),
          counted('ingest_inflated_bytes_total', 9_000, { door: 'json' }),
          counted('ingest_received_bytes_total', 900, { door: 'json' }),
          counted('ingest_rejected_total', 3, { door: 'json', reason: 'too long' }),
          counted('ingest_requests_total', 7, { route: '/ingest', status: '200' }),
          counted('ingest_requests_total', 5, { route: '/ingest', status: '429' }),
          counted('ingest_requests_total', 1, { route: '/_bulk', status: '429' }),
          counted('ingest_requests_total', 2, { route: '/_bulk', status: '507' }),
          counted('ingest_backlog_bytes', 1_234),
          counted('ingest_backlog_limit_bytes', 5_000),
        ],
      }),
    )
    await using indexer = await reached(
      'indexer',
      answering({
        reasons: { 'partition 3': 'the disk is full' },
        warnings: { files: 'one was lost' },
        figures: [
          counted('indexer_unseen_bytes', 77),
          counted('indexer_lag_ms', 250),
          counted('indexer_commit_lag_ms', 9_000),
          counted('merge_debt_segments', 4),
          counted('merge_debt_bytes', 4_000),
        ],
      }),
    )
    await using app = await startQuery({
      system: {
        apps: () => [ingest.asked, indexer.asked, { app: 'demo', report: undefined }],
        supervisorBytes: async () => 50e6,
        disk: async () => ({ bytes: 100e9, freeBytes: 40e9 }),
        limits: { retentionDays: 7, hotDays: 3, maxBytes: 20e9 },
      },
    })
    await app.append(someEvents(30))
    const state = await stateOf(app)
    expect(state).toMatchObject({
      at: '2026-01-01T00:00:00.123456789Z',
      supervisor_bytes: 50e6,
      postgres_bytes: null,
      accepted: {
        since: new Date(STARTED).toISOString(),
        processes: [{ instance: null, since: new Date(STARTED).toISOString(), events: 42, bytes: 9_000 }],
        events: 42,
        bytes: 9_000,
        received_bytes: 900,
        rejected_records: 3,
        refused_requests: [
          { status: '429', requests: 6 },
          { status: '507', requests: 2 },
        ],
      },
      queue: {
        bytes: 1_234,
        limit_bytes: 5_000,
        age_ms: 9_000,
        not_searchable_bytes: 77,
        searchable_delay_ms: 250,
      },
      store: { events: 30, shown: 0, merge_debt: { segments: 4, bytes: 4_000 }, dead_letters: 0 },
      limits: { retention_days: 7, hot_days: 3, max_bytes: 20e9, disk_bytes: 100e9, disk_free_bytes: 40e9 },
      tails: 0,
      questions: 0,
    })
    const base = { started_at: state.accepted?.since, resident_bytes: 120e6, cpu_seconds: 1.5 }
    expect(state.apps).toEqual([
      { app: 'ingest', instance: null, state: 'ready', reasons: [], warnings: [], ...base },
      {
        app: 'indexer',
        instance: null,
        state: 'not_ready',
        reasons: ['partition 3: the disk is full'],
        warnings: ['files: one was lost'],
        ...base,
      },
      {
        app: 'demo',
        instance: null,
        state: 'off',
        reasons: [],
        warnings: [],
        started_at: null,
        resident_bytes: null,
        cpu_seconds: null,
      },
    ])
  })

  test('of several processes of an app, each is told; what adds up is a sum, an age the largest', async () => {
    const figures = (lag: number, unseen: number) => [
      counted('indexer_lag_ms', lag),
      counted('indexer_unseen_bytes', unseen),
    ]
    await using one = await reached('indexer', answering({ figures: figures(250, 10) }))
    await using other = await reached('indexer', answering({ figures: figures(900, 20) }))
    await using ingest = await reached(
      'ingest',
      answering({ figures: [counted('ingest_events_total', 5, { door: 'json' })] }),
    )
    await using away = await reached('ingest', undefined)
    await using app = await startQuery({
      system: {
        apps: () => [
          { ...ingest.asked, instance: 'ingest-1' },
          { ...away.asked, instance: 'ingest-2' },
          { ...one.asked, instance: 'indexer-1' },
          { ...other.asked, instance: 'indexer-2' },
        ],
      },
    })
    const state = await stateOf(app)
    expect(state.apps.map(({ app, instance, state }) => [app, instance, state])).toEqual([
      ['ingest', 'ingest-1', 'ready'],
      ['ingest', 'ingest-2', 'down'],
      ['indexer', 'indexer-1', 'ready'],
      ['indexer', 'indexer-2', 'ready'],
    ])
    expect(state.queue).toMatchObject({ searchable_delay_ms: 900, not_searchable_bytes: 30 })
    expect(state.accepted).toMatchObject({ events: 5, processes: [{ instance: 'ingest-1', events: 5 }] })
  })

  test('an app that is away, hangs or talks nonsense hides nothing of the others, and what it would say is null', async () => {
    await using ingest = await reached('ingest', undefined)
    await using indexer = await reached('indexer', () => undefined)
    await using alerter = await reached(
      'alerter',
      (_request, response) => void response.end('{"no":"report"}'),
    )
    await using web = await reached('web', (_request, response) => void response.writeHead(404).end())
    await using demo = await reached('demo', answering({}))
    const asked = [ingest, indexer, alerter, web, demo].map(({ asked }) => asked)
    await using app = await startQuery({ system: { apps: () => asked } })
    const state = await stateOf(app)
    expect(state.apps.map(({ app, state, reasons }) => [app, state, ...reasons])).toEqual([
      ['ingest', 'down', 'nothing listens on its port'],
      ['indexer', 'down', 'it did not answer within 1 s'],
      ['alerter', 'down', 'its answer could not be read'],
      ['web', 'down', 'it answers with status 404'],
      ['demo', 'ready'],
    ])
    expect(state.accepted).toBeNull()
    expect(state.store.merge_debt).toBeNull()
    expect(Object.values(state.queue)).toEqual([null, null, null, null, null, null])
    expect(app.logged).toEqual([])
  })

  test('questions count while they are answered, looking at the system does not', async () => {
    const asked = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<number>()
    await using app = await startQuery({
      reader: () => ({
        count: () => {
          asked.resolve()
          return answer.promise
        },
      }),
    })
    const counting = app.get('/api/v1/aggregate?interval=none')
    await asked.promise
    expect((await stateOf(app)).questions).toBe(1)
    answer.resolve(0)
    await (await counting).text()
    expect((await stateOf(app)).questions).toBe(0)
  })
})

describe.runIf(process.platform === 'linux')('memory of processes that are no apps', () => {
  test('is what the system says of them', async () => {
    const told = await residentBytes(process.pid)
    const known = process.memoryUsage.rss()
    expect(Math.abs((told ?? 0) - known)).toBeLessThan(known / 4)
    expect(await residentBytes(2 ** 22 + 1)).toBeNull()
  })

  test('of a PostgreSQL is found by its folder, and null where there is none', async () => {
    const cluster = await mkdtemp(join(tmpdir(), 'heartwood-cluster-'))
    await using removed = new AsyncDisposableStack()
    removed.defer(() => rm(cluster, { recursive: true }))
    expect(await postgresBytes(cluster)).toBeNull()
    await writeFile(join(cluster, 'postmaster.pid'), `${process.pid}\n${cluster}\n`)
    expect(await postgresBytes(cluster)).toBeGreaterThan(1e6)
  })
})
