import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { INCIDENT_KINDS, type IncidentKind } from '../src/incidents/incident.ts'
import { SCRIPTS } from '../src/incidents/scripts.ts'
import { timetable } from '../src/incidents/timetable.ts'
import type { Entry } from '../src/shop/entry.ts'
import { SERVICES, type ServiceName } from '../src/shop/services.ts'
import { shop } from '../src/shop/shop.ts'

const OPENED = Date.parse('2026-03-01T12:00:00Z')
const HOUR = 3_600_000
const MINUTE = 60_000

function aShop(seed = 1) {
  return shop(seed, timetable(OPENED))
}

function isError(entry: Entry): boolean {
  switch (entry.kind) {
    case 'app':
      return entry.level === 'error' || entry.level === 'fatal'
    case 'statement':
      return entry.severity === 'ERROR' || entry.severity === 'FATAL'
    case 'proxy-error':
      return true
    case 'access':
      return false
  }
}

function texts(entries: readonly Entry[]): string[] {
  return entries.map((entry) => JSON.stringify(entry)).sort()
}

test('what is said follows from seed and time alone, however the time is cut', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -59 * MINUTE, max: 3 * HOUR }),
      fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 1, maxLength: 6 }),
      (offset, lengths) => {
        const from = OPENED + offset
        const cut = aShop()
        const pieces: Entry[] = []
        let at = from
        for (const length of lengths) {
          pieces.push(...cut.entries(at, at + length))
          at += length
        }
        expect(texts(pieces)).toEqual(texts(aShop().entries(from, at)))
      },
    ),
    { numRuns: 15 },
  )
})

test('another seed is another shop', () => {
  const minute = (seed: number) => texts(aShop(seed).entries(OPENED, OPENED + MINUTE))
  expect(minute(1)).not.toEqual(minute(2))
})

test('it is a dozen services that say about 50 lines a second, in order of time', () => {
  const entries = aShop().entries(OPENED - HOUR, OPENED)
  expect(new Set(entries.map(({ service }) => service))).toEqual(new Set(Object.keys(SERVICES)))
  expect(entries.length / 3_600).toBeGreaterThan(42)
  expect(entries.length / 3_600).toBeLessThan(58)
  expect(entries.every((entry, index) => entry.at >= (entries[index - 1]?.at ?? 0))).toBe(true)
})

describe('the timetable', () => {
  const { incidents } = timetable(OPENED)
  const at = (millis: number) =>
    incidents(millis, millis + 1).filter(({ from, to }) => from <= millis && millis < to)

  test('has two at once near the end of the first hour, one of which goes on for a while', () => {
    expect(at(OPENED - 5 * MINUTE)).toHaveLength(2)
    const [running, ...others] = at(OPENED)
    expect(others).toEqual([])
    expect(running?.to).toBeGreaterThan(OPENED + 10 * MINUTE)
  })

  test('has one every few minutes afterwards, of every kind in turn', () => {
    const later = incidents(OPENED + 15 * MINUTE, OPENED + 2 * HOUR)
    expect(new Set(later.map(({ kind }) => kind))).toEqual(new Set(INCIDENT_KINDS))
    for (const [index, { from }] of later.entries()) {
      const before = later[index - 1]
      if (before !== undefined) expect(from - before.from).toBeLessThanOrEqual(10 * MINUTE)
    }
  })
})

/** What the service at the bottom of it says. */
const REASONS: Readonly<Record<IncidentKind, RegExp>> = {
  'bad-deployment': /release 2\.15\.0 has no exchange rate table/,
  'slow-database': /holds AccessExclusiveLock on relation .*ALTER TABLE stock/,
  'silent-service': /no space left on \/var\/spool\/labels/,
  'expired-certificate': /certificate of CN=tokens\.shop\.internal has expired/,
  'memory-pressure': /cache holds [\d,]+ models and never evicts/,
}

describe.each(INCIDENT_KINDS)('%s', (kind) => {
  const { cause } = SCRIPTS[kind]
  const incident = timetable(OPENED)
    .incidents(OPENED + 30 * MINUTE, OPENED + 3 * HOUR)
    .find((candidate) => candidate.kind === kind)
  if (incident === undefined) throw new Error(`no ${kind}`)
  const { from, to } = incident
  const errors = aShop().entries(from, to).filter(isError)
  const of = (service: ServiceName) => errors.filter((entry) => entry.service === service)

  test('one service says why, at error level', () => {
    expect(texts(of(cause)).join('\n')).toMatch(REASONS[kind])
    const others = errors.filter((entry) => entry.service !== cause)
    expect(texts(others).join('\n')).not.toMatch(REASONS[kind])
  })

  test('those that call it are louder, and the shoppers see it', () => {
    const others = errors.filter((entry) => entry.service !== cause)
    expect(others.length).toBeGreaterThan(2 * of(cause).length)
    expect(of('web').length).toBeGreaterThan(100)
  })

  test('before and after it there are no errors', () => {
    const quiet = [
      ...aShop().entries(from - 2 * MINUTE, from),
      ...aShop().entries(to + 20_000, to + 2 * MINUTE),
    ]
    expect(quiet.filter(isError)).toEqual([])
  })
})

test('the trace of a request that failed leads to the cause', () => {
  const entries = aShop().entries(OPENED, OPENED + 5 * MINUTE)
  const traces = Map.groupBy(entries, (entry) => entry.span?.traceId)
  const failed = entries.filter((entry) => entry.kind === 'access' && entry.status >= 500)
  const leading = failed.filter((entry) =>
    traces.get(entry.span?.traceId)?.some((said) => said.service === 'database' && isError(said)),
  )
  expect(leading.length / failed.length).toBeGreaterThan(0.5)
})
