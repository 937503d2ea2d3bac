import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Cost } from '../../capacity/costs/cost.ts'
import { measuredCosts } from '../../capacity/costs/measured.ts'
import { type Options, optionsOf } from '../../capacity/options.ts'
import { costsOf } from '../../capacity/plan/costs.ts'
import { planFor } from '../../capacity/plan/plan.ts'
import { capacityFor } from '../../capacity/report/capacity.ts'
import { capacityText } from '../../capacity/report/text.ts'

const PAGE = readFileSync(join(import.meta.dirname, '../../../docs/benchmarks.md'), 'utf8')
const COSTS = costsOf(PAGE)

function read(...argv: string[]): Options {
  const result = optionsOf(argv)
  if (!result.ok) throw new Error(result.errors.join(' '))
  return result.options
}

describe('costs', () => {
  test('each measured one is a row that stands in docs/benchmarks.md', () => {
    const measured: Cost[] = Object.values(measuredCosts(PAGE))
    for (const { value, source, about } of measured) {
      expect(value, about).toBeGreaterThan(0)
      if (source.kind !== 'measured') throw new Error(`${about} is not measured`)
      const [, , figure = ''] = source.row.split(': ')
      expect(PAGE).toContain(`| ${figure} `)
    }
  })
  test('a row that is not there any more is named, with how to write it', () => {
    const without = PAGE.replace(/^\| Elasticsearch .* us .*$/m, '')
    expect(() => measuredCosts(without)).toThrow(
      /CPU of Elasticsearch.*a row "Elasticsearch".*npm run bench -- --only cluster --write/,
    )
  })
})

test('what a bench measures takes the place of what is assumed without it', () => {
  const none = PAGE.replace(/^\| one copy, merged +\|.*\n/m, '')
  expect(costsOf(none).hotBytes).toMatchObject({ source: { kind: 'assumed' } })
  const end = '<!-- end of the figures of cluster -->'
  const row = '### On disk in Elasticsearch\n\n| one copy, merged | 321 B an event | | | 5 events |\n'
  expect(costsOf(none.replace(end, `${row}${end}`)).hotBytes).toMatchObject({
    value: 321,
    source: { kind: 'measured' },
  })
})

describe('a plan', () => {
  test.each([
    [['--per-day', '10TB'], 'the mission'],
    [['--per-day', '50GB', '--catch-up-hours', '1'], 'a small one'],
    [['--peak', '3', '--peak-minutes', '600', '--catch-up-hours', '10', '--days-cold', '0'], 'a long day'],
  ])(
    '%j catches up with its spike in the time that was asked for, without losing or refusing anything: %s',
    (argv) => {
      const { demand, prices } = read(...argv)
      const { spike } = capacityFor(demand, COSTS, prices)
      expect(spike.drainedAt).toBeLessThanOrEqual(demand.peakMinutes + demand.catchUpHours * 60 + 1)
      expect(spike.minutes.every(({ lost, refusedPerSecond }) => lost === 0 && refusedPerSecond === 0)).toBe(
        true,
      )
    },
  )

  test('for more logs needs no less of anything', () => {
    const terabytes = fc.integer({ min: 1, max: 40 })
    fc.assert(
      fc.property(terabytes, terabytes, (some, more) => {
        const planOf = (perDay: number) => {
          const { demand, prices } = read('--per-day', `${perDay}TB`)
          return planFor(demand, COSTS, prices)
        }
        const small = planOf(some)
        const large = planOf(some + more)
        for (const [index, role] of small.roles.entries())
          expect(large.roles[index]?.count, role.name).toBeGreaterThanOrEqual(role.count)
        expect(large.partitions).toBeGreaterThanOrEqual(small.partitions)
        expect(large.shards).toBeGreaterThanOrEqual(small.shards)
        expect(large.archive.dollarsPerMonth).toBeGreaterThan(small.archive.dollarsPerMonth)
      }),
      { numRuns: 30 },
    )
  })

  test('keeps one of each part when another is away', () => {
    const { demand, prices } = read('--per-day', '1GB')
    for (const { name, count } of planFor(demand, COSTS, prices).roles)
      expect(count, name).toBeGreaterThanOrEqual(2)
  })

  test('names settings that do not take what it needs', () => {
    const { demand, prices } = read('--per-day', '1PB')
    expect(planFor(demand, COSTS, prices).settings.refused.join()).toContain(
      'HEARTWOOD_INDEX_SHARDS does not take',
    )
  })

  test('says which figures of the mission it follows, and which costs nobody has measured', () => {
    const textOf = (...argv: string[]) => {
      const { demand, prices } = read(...argv)
      return capacityText(capacityFor(demand, COSTS, prices), { allMinutes: false })
    }
    expect(textOf()).not.toContain('DIFFERS')
    expect(textOf()).toMatch(/ASSUMED +13 us an event: CPU of the archiver/)
    expect(textOf('--peak', '2', '--days-hot', '7')).toMatch(/DIFFERS +spikes.*\n.*DIFFERS +30 days hot: 7/)
  })
})

describe('flags that make no sense are refused with what to write instead', () => {
  test.each([
    [['--per-day', '10'], '--per-day 10: takes a number with its unit, such as 10TB.'],
    [['--per-day', '-1TB'], "'--per-day'"],
    [['--per-day', '0TB'], '--per-day 0TB: takes a number with its unit'],
    [['--event-bytes', 'big'], '--event-bytes big: takes a number with its unit, such as 1KB.'],
    [['--replicas', '1.5'], '--replicas 1.5: takes a whole number.'],
    [['--peak', 'ten'], '--peak ten: takes a number from 1 to 1000.'],
    [['--days-cold', '7'], '--days-cold 7 is less than --days-hot 30'],
    [['--catch-up-hours', '24'], '--catch-up-hours 24 is not less than --kafka-hours 24'],
    [['--nonsense'], '--help lists what there is'],
  ])('%j', (argv, said) => {
    const result = optionsOf(argv)
    expect(result.ok ? 'accepted' : result.errors.join(' ')).toContain(said)
  })
  test('several are told at once', () => {
    const result = optionsOf(['--per-day', 'x', '--peak', '0'])
    expect(result.ok ? [] : result.errors).toHaveLength(2)
  })
})
