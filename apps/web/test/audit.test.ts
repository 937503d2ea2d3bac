import type { LogJson } from '@heartwood/api'
import { expect, test } from 'vitest'
import { prepareFacts, prepareRow } from '../src/features/audit/prepare-audit.ts'

const log = (more: Partial<LogJson> = {}): LogJson => ({
  id: 'audit-1-000000',
  '@timestamp': '2026-03-01T12:00:00Z',
  observed_at: '2026-03-01T12:00:00Z',
  level: 'info',
  severity_number: 9,
  message: 'delete: service:cart',
  source: 'json',
  weight: 1,
  flags: [],
  resource: {},
  attributes: {},
  ...more,
})

test('a row says who did it, and from where: the address of a client, else the process', () => {
  const rowOf = (attributes: LogJson['attributes']) => {
    const { who, where } = prepareRow(log({ attributes }))
    return [who, where]
  }
  const process = { 'heartwood.app': 'query', 'heartwood.instance': 'query-2' }
  expect(rowOf({ ...process, 'user.name': 'owner', 'client.address': '10.0.0.9' })).toEqual([
    'owner',
    '10.0.0.9',
  ])
  expect(rowOf({ ...process, 'user.name': 'heartwood' })).toEqual(['heartwood', 'query-2'])
  expect(rowOf({ 'user.name': 'heartwood', 'heartwood.app': 'heartwood' })).toEqual(['heartwood', ''])
})

test('what failed is marked', () => {
  expect(prepareRow(log({ attributes: { 'event.outcome': 'failure' } })).isFailure).toBe(true)
  expect(prepareRow(log({ attributes: { 'event.outcome': 'unknown' } })).isFailure).toBe(false)
})

test('everything that is known is shown once, what was done and by whom first', () => {
  const facts = prepareFacts(
    log({
      request_id: 'r-1',
      attributes: {
        'process.pid': 7,
        'heartwood.query': 'service:cart',
        'user.name': 'owner',
        'event.action': 'delete',
      },
    }),
  )
  expect(facts).toEqual([
    ['event.action', 'delete'],
    ['user.name', 'owner'],
    ['heartwood.query', 'service:cart'],
    ['process.pid', '7'],
    ['level', 'info'],
    ['request_id', 'r-1'],
    ['id', 'audit-1-000000'],
  ])
})
