import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Ledger } from '../../../bench/expected/ledger.ts'
import { prepareBodies } from '../../../bench/generator/body.ts'
import type { GeneratedEvent } from '../../../bench/generator/generated-event.ts'
import type { Sending } from '../../../bench/generator/protocol.ts'
import { seededRandom } from '../../../bench/generator/random.ts'
import { stamp } from '../../../bench/generator/stamp.ts'
import { single } from '../../../bench/measure/singles.ts'
import { workload } from '../../../bench/workloads.ts'

const LOAD = workload('test', { bodies: 4, eventsPerBody: 20, traces: 0.5 })
const START = 1_770_000_000_000_000

const sendings = fc.array(
  fc.record({
    body: fc.integer({ min: 0, max: 3 }),
    endMicros: fc.integer({ min: START, max: START + 100_000 }),
    microsPerEvent: fc.constantFrom(1, 7, 1_000, 2_500.5),
    seed: fc.tuple(fc.nat(), fc.nat()),
  }),
  { maxLength: 12 },
)
const range = fc
  .tuple(fc.integer({ min: -60_000, max: 110_000 }), fc.integer({ min: 0, max: 120_000 }))
  .map(([from, width]) => ({ from: START + from, to: START + from + width }))

/** What a store would hold: each line of each body as it was sent. */
function sentLines(sent: readonly Sending[]) {
  const bodies = prepareBodies(LOAD, 0)
  return sent.flatMap((sending) => {
    const body = bodies[sending.body]
    if (body === undefined) throw new Error('no body')
    stamp(body.bytes, body.places, sending)
    return body.bytes
      .toString()
      .trimEnd()
      .split('\n')
      .map((text) => {
        const { '@timestamp': time, ...line } = JSON.parse(text)
        return { ...line, micros: Date.parse(`${time.slice(0, 23)}Z`) * 1_000 + Number(time.slice(23, 26)) }
      })
  })
}

function ledgerOf(sent: readonly Sending[]): Ledger {
  const ledger = new Ledger()
  ledger.add(LOAD, sent)
  return ledger
}

const isError = ({ level }: Pick<GeneratedEvent, 'level'>) => level !== 'info'

describe('what is known of the events that were sent', () => {
  test('is what counting line by line gives, for any range', () => {
    fc.assert(
      fc.property(sendings, range, (sent, { from, to }) => {
        const ledger = ledgerOf(sent)
        const inside = sentLines(sent).filter(
          (line) => line.micros >= from && line.micros < to && isError(line),
        )
        expect(ledger.count(isError, { from, to })).toBe(inside.length)
        const byService = new Map<string, number>()
        for (const { service } of inside) byService.set(service, (byService.get(service) ?? 0) + 1)
        expect(ledger.countBy(isError, { from, to }, ({ service }) => service)).toEqual(byService)
        const durations = inside.map((line) => line.duration_ms).sort()
        const values = ledger.valuesBy(
          isError,
          { from, to },
          () => 'all',
          (event) => event.durationMillis,
        )
        const repeated = [...(values.get('all') ?? [])].flatMap(([value, count]) => Array(count).fill(value))
        expect(repeated.sort()).toEqual(durations)
      }),
      { numRuns: 60 },
    )
  })

  test('is also which events are the latest, newest first', () => {
    fc.assert(
      fc.property(sendings, range, fc.integer({ min: 1, max: 30 }), (sent, { from, to }, limit) => {
        const times = sentLines(sent)
          .filter((line) => line.micros >= from && line.micros < to && isError(line))
          .map(({ micros }) => micros)
          .sort((a, b) => b - a)
        expect(ledgerOf(sent).latest(isError, { from, to }, limit)).toEqual(times.slice(0, limit))
      }),
      { numRuns: 60 },
    )
  })

  test('is the same whether a load was sent at once or in parts', () => {
    fc.assert(
      fc.property(sendings, sendings, range, (first, second, part) => {
        const ledger = ledgerOf(first)
        ledger.add(LOAD, second)
        expect(ledger.count(isError, part)).toBe(ledgerOf([...first, ...second]).count(isError, part))
        expect(ledger.events).toBe((first.length + second.length) * 20)
      }),
      { numRuns: 20 },
    )
  })

  test('spans all events', () => {
    fc.assert(
      fc.property(sendings, (sent) => {
        const ledger = ledgerOf(sent)
        expect(ledger.events).toBe(sent.length * 20)
        expect(ledger.count(() => true, ledger.span())).toBe(sent.length * 20)
      }),
      { numRuns: 30 },
    )
  })

  test('has trace ids that are in the lines, with their times', () => {
    const sent: Sending[] = [0, 1, 2].map((body) => ({
      body,
      endMicros: START + body,
      microsPerEvent: 1_000,
      seed: [body + 1, 99],
    }))
    const lines = sentLines(sent)
    const ledger = ledgerOf(sent)
    const random = seededRandom(1)
    for (let n = 0; n < 20; n++) {
      const trace = ledger.someTrace(random)
      expect(lines.filter((line) => line.trace_id === trace?.id).map(({ micros }) => micros)).toEqual([
        trace?.micros,
      ])
    }
    expect(new Ledger().someTrace(random)).toBeUndefined()
  })

  test('holds single events too', () => {
    const ledger = ledgerOf([])
    ledger.addSingles([single('quokka', START), single('other', START + 5)])
    const isQuokka = ({ message }: GeneratedEvent) => message === 'quokka'
    expect(ledger.count(isQuokka, { from: START, to: START + 1 })).toBe(1)
    expect(ledger.count(isQuokka, { from: START + 1, to: START + 9 })).toBe(0)
    expect(ledger.latest(() => true, { from: START, to: START + 9 }, 5)).toEqual([START + 5, START])
  })
})
