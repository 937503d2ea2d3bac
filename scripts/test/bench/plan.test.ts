import { describe, expect, test } from 'vitest'
import { Pace, Workload } from '../../../bench/generator/workload.ts'
import { EXPERIMENTS, optionsOf } from '../../../bench/options.ts'
import { experimentOf } from '../../../bench/plan.ts'
import { fill, flatOut, paced, pacedWorkload, workload } from '../../../bench/workloads.ts'

describe('the command line of the bench', () => {
  test('runs everything but growth, the page, the cluster and old logs, and these alone when they are asked for', () => {
    expect(optionsOf([])).toEqual({
      size: 'default',
      experiments: EXPERIMENTS.filter((name) => !['growth', 'web', 'cluster', 'cold'].includes(name)),
      events: undefined,
      write: false,
    })
    expect(optionsOf(['--growth', '--events', '2e6', '--write'])).toEqual({
      size: 'growth',
      experiments: ['growth'],
      events: 2_000_000,
      write: true,
    })
  })

  test('runs some experiments, in their order', () => {
    expect(optionsOf(['web', '--quick']).experiments).toEqual(['web'])
    expect(optionsOf(['cluster', '--write']).experiments).toEqual(['cluster'])
    expect(optionsOf(['cold']).experiments).toEqual(['cold'])
    expect(optionsOf(['--quick', '--only', 'growth,ingest']).experiments).toEqual(['ingest', 'growth'])
  })

  test.each([
    [['--only', 'ingest,speed'], 'speed'],
    [['--quick', '--long'], 'different runs'],
    [['--events', 'many'], '--events takes a number'],
    [['--fast'], '--fast'],
  ])('refuses %j with a reason', (args, reason) => {
    expect(() => optionsOf(args)).toThrow(reason)
  })
})

describe('the plan of the bench', () => {
  test.each(['quick', 'default', 'long', 'growth'] as const)(
    'has each experiment by its name, %s',
    (size) => {
      for (const name of EXPERIMENTS) expect(experimentOf(name, size, undefined).name).toBe(name)
    },
  )

  test('sends the main load for a minute and everything the goals name besides', () => {
    const experiment = experimentOf('ingest', 'default', undefined)
    if (experiment.name !== 'ingest') throw new Error('not ingest')
    const [main, ...others] = experiment.plan.rows
    expect(main?.pace.steps).toEqual([{ kind: 'flat-out', seconds: 60 }])
    const has = (matches: (of: Workload) => boolean) => others.some((load) => matches(load.workload))
    expect(has(({ shapes, escapes }) => shapes === 10 && escapes === 0)).toBe(true)
    expect(has(({ escapes }) => escapes > 0.3)).toBe(true)
    expect(has(({ format }) => format === 'text')).toBe(true)
    expect(has(({ bytes }) => bytes === 1_000)).toBe(true)
    expect(has(({ services }) => services === 10_000)).toBe(true)
    expect(has(({ traces }) => traces === 0)).toBe(true)
    expect(has(({ encoding }) => encoding === 'gzip')).toBe(true)
    for (const load of [main, ...others]) Workload.parse(load?.workload)
  })

  test('has enough samples for a p99', () => {
    const experiment = experimentOf('latency', 'default', undefined)
    if (experiment.name !== 'latency') throw new Error('not latency')
    for (const { workload: of, pace } of [experiment.plan.steady, experiment.plan.burst]) {
      const [step] = pace.steps
      if (step?.kind !== 'paced') throw new Error('not paced')
      expect((step.seconds * step.eventsPerSecond) / of.eventsPerBody).toBeGreaterThan(1_000)
    }
  })

  test('takes another number of events for the questions and for growth', () => {
    const questions = experimentOf('questions', 'default', 2_000_000)
    const growth = experimentOf('growth', 'growth', 2_000_000)
    expect(questions).toMatchObject({ plan: { events: 2_000_000 } })
    expect(growth).toMatchObject({ plan: { events: 2_000_000, eventsPerHour: 200_000 } })
    expect(experimentOf('growth', 'growth', undefined)).toMatchObject({
      plan: { events: 100_000_000, eventsPerHour: 2_000_000 },
    })
  })

  test('lets a backlog grow in the cluster that no window bounds, twice as large as what is asked about', () => {
    const experiment = experimentOf('cluster', 'default', undefined)
    if (experiment.name !== 'cluster') throw new Error('not cluster')
    const { backlog, events } = experiment.plan
    expect(backlog.pace.steps).toEqual([{ kind: 'fill', events: 2_000_000 }])
    expect(backlog.pace.leastWindow).toBeGreaterThan(2_000_000)
    expect(events).toBe(1_000_000)
    expect(experimentOf('cluster', 'default', 50_000)).toMatchObject({
      plan: { events: 50_000, backlog: { pace: { steps: [{ kind: 'fill', events: 100_000 }] } } },
    })
  })

  test('gives every load more bodies than it has connections', () => {
    const loads = [flatOut(workload('a'), 1), fill(workload('b'), 1), paced(pacedWorkload('c', 10))]
    for (const { workload: of, pace } of loads) expect(of.bodies).toBeGreaterThan(pace.connections)
    expect(() => Pace.parse({ ...flatOut(workload('a'), 1).pace, urls: ['http://x'] })).not.toThrow()
  })
})
