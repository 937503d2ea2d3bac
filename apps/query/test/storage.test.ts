import { join } from 'node:path'
import { StorageOutput, StorageServicesOutput } from '@heartwood/api'
import { NANOS_PER_DAY } from '@heartwood/event'
import { openSegmentsReader } from '@heartwood/log-store'
import { expect, test } from 'vitest'
import { event, NOW } from './events.ts'
import { errorOf, startQuery } from './query-app.ts'
import { openStore } from './segment-store.ts'

const HOUR = NANOS_PER_DAY / 24n
/** NOW is a moment after the beginning of 2026. */
const EVENTS = [
  event('today', { timestamp: NOW - 1n, observed_at: NOW, service: 'cart' }),
  ...[1n, 2n, 3n].map((hours) =>
    event(`yesterday-${hours}`, { timestamp: NOW - hours * HOUR, observed_at: NOW, service: 'cart' }),
  ),
  event('yesterday-4', { timestamp: NOW - 4n * HOUR, observed_at: NOW, service: 'checkout' }),
  event('yesterday-5', { timestamp: NOW - 5n * HOUR, observed_at: NOW }),
  event('older', { timestamp: NOW - 9n * NANOS_PER_DAY, observed_at: NOW, service: 'login' }),
]

test('days and services add up to the store, and say until when they are kept', async () => {
  await using store = await openStore()
  await store.append(EVENTS)
  const reader = await openSegmentsReader({ dir: join(store.dataDir, 'store'), now: () => NOW })
  await using closing = new AsyncDisposableStack()
  closing.defer(() => reader.close())
  await using app = await startQuery({
    store: reader,
    system: { limits: { retentionDays: 2, hotDays: null, maxBytes: 1e9 } },
  })
  const storage = StorageOutput.parse(await (await app.get('/api/v1/storage')).json())
  expect(storage.days.map(({ day, events, segments }) => [day, events, segments])).toEqual([
    ['2026-01-01', 1, 1],
    ['2025-12-31', 5, 1],
    ['2025-12-23', 1, 1],
  ])
  expect(new Set(storage.days.map(({ kept_until }) => kept_until))).toEqual(
    new Set(['2026-01-03T00:00:00.123456789Z']),
  )
  expect(storage).toMatchObject({ events: 7, segments: 3, last_day: { events: 6 } })
  const [today, yesterday, older] = storage.days.map(({ bytes }) => bytes)
  expect(storage.bytes).toBe((today ?? 0) + (yesterday ?? 0) + (older ?? 0))
  expect(storage.last_day.bytes).toBe((today ?? 0) + (yesterday ?? 0))

  const services = async (query: string) =>
    StorageServicesOutput.parse(await (await app.get(`/api/v1/storage/services${query}`)).json())
  const ofDay = await services('?day=2025-12-31')
  const share = (events: number) => ({ events, estimated_bytes: Math.round(((yesterday ?? 0) * events) / 5) })
  expect(ofDay).toEqual({
    day: '2025-12-31',
    events: 5,
    bytes: yesterday,
    services: [
      { service: 'cart', ...share(3) },
      { service: 'checkout', ...share(1) },
    ],
    others: share(0),
    without_service: share(1),
  })
  const all = await services('?limit=1')
  expect(all).toMatchObject({
    day: null,
    events: 7,
    services: [{ service: 'cart', events: 4 }],
    others: { events: 2 },
    without_service: { events: 1 },
  })
  expect(await services('?day=2020-02-29')).toMatchObject({ events: 0, bytes: 0, services: [] })
  expect(await errorOf(await app.get('/api/v1/storage/services?day=2025-02-29'))).toMatchObject({
    code: 'invalid_parameter',
  })
})
