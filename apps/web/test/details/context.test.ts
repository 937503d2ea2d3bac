import { parse } from '@heartwood/query-lang'
import { describe, expect, test } from 'vitest'
import { heldAtFirst, heldFieldsOf } from '../../src/features/search/details/context/context-fields.ts'
import { contextHref } from '../../src/features/search/details/context/context-href.ts'
import { searchOfUrl } from '../../src/features/search/search-url.ts'
import { traceLog } from '../trace/trace-logs.ts'

describe('the context of an event', () => {
  test('is that of its pod, else of its host, else of its service, else of the moment', () => {
    expect(heldAtFirst(traceLog(0, { pod: 'p', namespace: 'n', hostname: 'h' }))).toEqual([
      'pod',
      'namespace',
    ])
    expect(heldAtFirst(traceLog(0, { pod: 'p', hostname: 'h', service: 's' }))).toEqual(['pod'])
    expect(heldAtFirst(traceLog(0, { hostname: 'h', service: 's' }))).toEqual(['hostname'])
    expect(heldAtFirst(traceLog(0, { service: 's' }))).toEqual(['service'])
    expect(heldAtFirst(traceLog(0))).toEqual([])
    expect(heldFieldsOf(traceLog(0, { service: 's', environment: 'e' }))).toEqual(['service', 'environment'])
  })

  test('shown in the list has what is held as its query, the lines in its range, and the event open', () => {
    const [before, log, after] = [
      traceLog(0),
      traceLog(5e6, { hostname: 'node "1"', service: 's' }),
      traceLog(9e6),
    ]
    const search = searchOfUrl(contextHref(log, ['hostname', 'service'], [before, log, after]).slice(1))
    expect(parse(search.query).valid).toBe(true)
    expect(search).toMatchObject({
      query: 'hostname:"node \\"1\\"" service:s',
      open: log.id,
      from: '2026-03-01T00:00:00.000Z',
      to: '2026-03-01T00:00:00.010Z',
    })
  })
})
