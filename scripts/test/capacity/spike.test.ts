import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type SpikeOptions, simulateSpike } from '../../capacity/spike/simulate.ts'

const rate = fc.integer({ min: 1, max: 200_000 })
const options: fc.Arbitrary<SpikeOptions> = fc
  .record({
    base: rate,
    factor: fc.integer({ min: 1, max: 20 }),
    peakMinutes: fc.integer({ min: 1, max: 60 }),
    takenPerSecond: rate,
    indexedPerSecond: rate,
    kafkaMinutes: fc.integer({ min: 1, max: 200 }),
  })
  .map(({ base, factor, ...rest }) => ({ base, peak: base * factor, ...rest, limitMinutes: 300 }))

describe('a simulated spike', () => {
  test('keeps count: what was offered is searchable, waits, is held by its sender, or was dropped by Kafka', () => {
    fc.assert(
      fc.property(options, (spike) => {
        let offered = 0
        let searchable = 0
        for (const minute of simulateSpike(spike).minutes) {
          offered += minute.offeredPerSecond * 60
          searchable += minute.searchablePerSecond * 60
          const counted = searchable + minute.waiting + minute.heldBySenders + minute.lost
          expect(Math.abs(counted - offered)).toBeLessThanOrEqual(offered * 1e-9)
        }
      }),
    )
  })

  test('with faster indexers nothing waits longer and nothing is drained later', () => {
    fc.assert(
      fc.property(options, rate, (spike, more) => {
        const patient = { ...spike, kafkaMinutes: spike.limitMinutes }
        const slow = simulateSpike(patient)
        const fast = simulateSpike({ ...patient, indexedPerSecond: spike.indexedPerSecond + more })
        expect(fast.drainedAt ?? Infinity).toBeLessThanOrEqual(slow.drainedAt ?? Infinity)
        for (const [index, minute] of fast.minutes.entries()) {
          expect(minute.waiting).toBeLessThanOrEqual((slow.minutes[index]?.waiting ?? 0) + 1e-3)
          expect(minute.lagMinutes).toBeLessThanOrEqual(slow.minutes[index]?.lagMinutes ?? 0)
        }
      }),
    )
  })

  test('Kafka drops only what is older than it keeps, and nothing is older than the spike', () => {
    fc.assert(
      fc.property(options, (spike) => {
        for (const { minute, lagMinutes, lost } of simulateSpike(spike).minutes) {
          expect(lagMinutes).toBeLessThanOrEqual(Math.min(minute, spike.kafkaMinutes + 1))
          if (minute <= spike.kafkaMinutes) expect(lost).toBe(0)
        }
      }),
    )
  })

  test('is over in its first minute after the spike where nothing had to wait', () => {
    const fast = { base: 10, peak: 100, takenPerSecond: 100, indexedPerSecond: 100 }
    const spike = simulateSpike({ ...fast, peakMinutes: 5, kafkaMinutes: 60, limitMinutes: 60 })
    expect(spike.drainedAt).toBe(6)
    expect(spike.minutes.every(({ waiting, lagMinutes }) => waiting === 0 && lagMinutes === 0)).toBe(true)
  })
})
